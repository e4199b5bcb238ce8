/* tests/bricks/test_images.c -- convolutional and pooling bricks, and what a ConvolutionalSequence tells its
 * layers. */
#include <string.h>

#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"

#define INITS                                                                                                \
    "\"weights_init\": {\"type\": \"IsotropicGaussian\"}, \"biases_init\": {\"type\": \"Constant\", "        \
    "\"constant\": 0}"
#define CONVOLUTIONAL "{\"type\": \"Convolutional\", \"num_channels\": 2, \"num_filters\": 3, " INITS

static struct shape shape_4(int64_t n, int64_t c, int64_t h, int64_t w)
{
    return shape_of(4, n, c, h, w);
}

static double parameter(struct net *net, const char *path, int64_t index)
{
    const struct variable *variable = variables_find(net->variables, path);

    return variable ? tensor_read(&variable->value, index) : 0;
}

/* ---- Convolutional ---- */

/* What the brick is told, and what that means for images of 2 channels, 5 by 6 pixels. */
static const struct {
    const char *json;
    int64_t h, w, step_h, step_w, pad_h, pad_w;
    bool untied;
} convolutions[] = {
    { CONVOLUTIONAL ", \"filter_size\": [3, 2]}", 3, 2, 1, 1, 0, 0, false },
    { CONVOLUTIONAL ", \"filter_size\": [3, 2], \"border_mode\": \"valid\", \"use_bias\": false}", 3, 2, 1, 1,
      0, 0, false },
    { CONVOLUTIONAL ", \"filter_size\": [3, 2], \"border_mode\": \"full\", \"step\": [2, 1]}", 3, 2, 2, 1, 2,
      1, false },
    { CONVOLUTIONAL ", \"filter_size\": [3, 4], \"border_mode\": \"half\", \"step\": [1, 3]}", 3, 4, 1, 3, 1,
      2, false },
    { CONVOLUTIONAL ", \"filter_size\": [2, 2], \"border_mode\": 1, \"image_size\": [5, 6]}", 2, 2, 1, 1, 1,
      1, false },
    { CONVOLUTIONAL
      ", \"filter_size\": [2, 3], \"border_mode\": [0, 2], \"batch_size\": 7, \"image_size\": [5, "
      "6], \"tied_biases\": false}",
      2, 3, 1, 1, 0, 2, true },
    { CONVOLUTIONAL ", \"filter_size\": [1, 1]}", 1, 1, 1, 1, 0, 0, false },
};

/* By the definition of convolution: the filter turned by half a circle, zeros around the image. */
static double wanted_convolution(struct net *net, size_t which, const double *x, int64_t n, int64_t f,
                                 int64_t y, int64_t column, int64_t bias)
{
    const int64_t h = convolutions[which].h, w = convolutions[which].w;
    double sum = parameter(net, "/top.b", bias);

    for (int64_t c = 0; c < 2; c++)
        for (int64_t i = 0; i < h; i++)
            for (int64_t j = 0; j < w; j++) {
                const int64_t row = y * convolutions[which].step_h + h - 1 - i - convolutions[which].pad_h;
                const int64_t col =
                    column * convolutions[which].step_w + w - 1 - j - convolutions[which].pad_w;

                if (row >= 0 && row < 5 && col >= 0 && col < 6)
                    sum += parameter(net, "/top.W", ((f * 2 + c) * h + i) * w + j) *
                           x[((n * 2 + c) * 5 + row) * 6 + col];
            }
    return sum;
}

START_TEST(convolutional_is_a_true_convolution)
{
    double values[NET_ELEMENTS_MAX];
    int64_t places, rows, columns;
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, convolutions[_i].json);
    y = net_apply(&net, net_input(&net, shape_4(2, 2, 5, 6)));
    rows = (5 + 2 * convolutions[_i].pad_h - convolutions[_i].h) / convolutions[_i].step_h + 1;
    columns = (6 + 2 * convolutions[_i].pad_w - convolutions[_i].w) / convolutions[_i].step_w + 1;
    ck_assert_int_eq(node_dim(y, 1), 3);
    ck_assert_int_eq(node_dim(y, 2), rows);
    ck_assert_int_eq(node_dim(y, 3), columns);
    places = rows * columns;
    ck_assert_int_eq(net_value(&net, y, values), 2 * 3 * places);
    for (int64_t i = 0; i < 2 * 3 * places; i++) {
        const int64_t f = i / places % 3, place = i % places;
        const int64_t bias = convolutions[_i].untied ? f * places + place : f;

        ck_assert_double_eq_tol(values[i],
                                wanted_convolution(&net, (size_t)_i, net_input_values(&net, 0),
                                                   i / places / 3, f, place / columns, place % columns, bias),
                                1e-12);
    }
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

START_TEST(filters_lie_as_in_blocks)
{
    struct error err = { 0 };
    struct net net;
    char text[SHAPE_TEXT_BYTES];

    net_init(&net, DTYPE_FLOAT32);
    net_brick(&net, convolutions[_i].json);
    ck_assert_str_eq(net.brick->parameters[0].path, "/top.W");
    ck_assert_int_eq(net.brick->parameters[0].shape.dims[0], 3);
    ck_assert_int_eq(net.brick->parameters[0].shape.dims[1], 2);
    ck_assert_int_eq(net.brick->parameters[0].shape.dims[2], convolutions[_i].h);
    if (convolutions[_i].untied)
        ck_assert_str_eq(shape_text(&net.brick->parameters[1].shape, text), "(3, 4, 8)");
    ck_assert_ptr_nonnull(brick_variable(net.brick, net.graph, "W_norm", &err));
    net_fini(&net);
}
END_TEST

/* ---- ConvolutionalTranspose ---- */

#define TRANSPOSE "{\"type\": \"ConvolutionalTranspose\", \"num_channels\": 3, \"num_filters\": 2, " INITS

static const struct {
    const char *json;
    const char *convolution; /* what it is the transpose of, with num_channels and num_filters exchanged */
    int64_t height, width;   /* of the result for 4 by 3 places */
} transposes[] = {
    { TRANSPOSE ", \"filter_size\": [3, 2]}", CONVOLUTIONAL ", \"filter_size\": [3, 2], \"use_bias\": false}",
      6, 4 },
    { TRANSPOSE ", \"filter_size\": [3, 2], \"step\": [2, 3], \"unused_edge\": [1, 2]}",
      CONVOLUTIONAL ", \"filter_size\": [3, 2], \"step\": [2, 3], \"use_bias\": false}", 10, 10 },
    { TRANSPOSE
      ", \"filter_size\": [3, 3], \"border_mode\": \"half\", \"step\": [2, 2], \"image_size\": [4, 3], "
      "\"original_image_size\": [8, 5], \"tied_biases\": false}",
      CONVOLUTIONAL ", \"filter_size\": [3, 3], \"border_mode\": \"half\", \"step\": [2, 2], \"use_bias\": "
                    "false}",
      8, 5 },
};

/* <convolution of x, places> = <x, transpose of places>, with the axes of the filters exchanged. */
START_TEST(transpose_is_that_of_the_convolution)
{
    double result[NET_ELEMENTS_MAX], back[NET_ELEMENTS_MAX], left = 0, right = 0;
    const int64_t height = transposes[_i].height, width = transposes[_i].width;
    struct net net, other;
    struct node *y;
    int64_t count, filter;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, transposes[_i].json);
    y = net_apply(&net, net_input(&net, shape_4(2, 3, 4, 3)));
    ck_assert_int_eq(node_dim(y, 1), 2);
    ck_assert_int_eq(node_dim(y, 2), height);
    ck_assert_int_eq(node_dim(y, 3), width);
    count = net_value(&net, y, result);
    net_init(&other, DTYPE_FLOAT64);
    net_brick(&other, transposes[_i].convolution);
    y = net_apply(&other, net_input(&other, shape_4(2, 2, height, width)));
    filter = net.brick->parameters[0].shape.dims[2] * net.brick->parameters[0].shape.dims[3];
    for (int64_t i = 0; i < 6 * filter; i++)
        tensor_write(&variables_find(other.variables, "/top.W")->value, i,
                     parameter(&net, "/top.W", (i / filter % 2 * 3 + i / filter / 2) * filter + i % filter));
    ck_assert_int_eq(net_value(&other, y, back), 2 * 3 * 4 * 3);
    for (int64_t i = 0; i < 2 * 3 * 4 * 3; i++)
        left += back[i] * net_input_values(&net, 0)[i];
    for (int64_t i = 0; i < count; i++) {
        const int64_t places = height * width, bias = transposes[_i].json == transposes[2].json;
        const int64_t at = bias ? i % (2 * places) : i / places % 2;

        right += (result[i] - parameter(&net, "/top.b", at)) * net_input_values(&other, 0)[i];
    }
    ck_assert_double_eq_tol(left, right, 1e-10);
    net_fini(&other);
    y = net_apply(&net, net.inputs[0]);
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

/* ---- Pooling ---- */

static const struct {
    const char *json;
    int64_t rows, columns; /* of images of 5 by 7 pixels */
    double first;          /* for images that count up from 0 */
} pools[] = {
    { "{\"type\": \"MaxPooling\", \"pooling_size\": [2, 3]}", 2, 2, 9 },
    { "{\"type\": \"MaxPooling\", \"pooling_size\": [2, 3], \"step\": [1, 2]}", 4, 3, 9 },
    { "{\"type\": \"MaxPooling\", \"pooling_size\": [2, 3], \"ignore_border\": false}", 3, 3, 9 },
    { "{\"type\": \"MaxPooling\", \"pooling_size\": [2, 3], \"padding\": [1, 2]}", 3, 3, 0 },
    { "{\"type\": \"AveragePooling\", \"pooling_size\": [2, 3]}", 2, 2, 4.5 },
    { "{\"type\": \"AveragePooling\", \"pooling_size\": [2, 3], \"padding\": [1, 1]}", 3, 3, 0.5 },
    { "{\"type\": \"AveragePooling\", \"pooling_size\": [2, 3], \"padding\": [1, 1], \"include_padding\": "
      "true}",
      3, 3, 1.0 / 6 },
};

START_TEST(pooling_makes_images_smaller)
{
    double values[NET_ELEMENTS_MAX];
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, pools[_i].json);
    y = net_apply(&net, net_input(&net, shape_4(2, 3, 5, 7)));
    ck_assert_int_eq(node_dim(y, 2), pools[_i].rows);
    ck_assert_int_eq(node_dim(y, 3), pools[_i].columns);
    net_check_gradients(&net, y);
    for (int i = 0; i < 2 * 3 * 5 * 7; i++)
        net_input_values(&net, 0)[i] = i;
    ck_assert_int_eq(net_value(&net, y, values), 2 * 3 * pools[_i].rows * pools[_i].columns);
    ck_assert_double_eq(values[0], pools[_i].first);
    net_fini(&net);
}
END_TEST

/* ---- ConvolutionalSequence ---- */

static const char chain[] =
    "{\"type\": \"ConvolutionalSequence\", \"num_channels\": 1, \"image_size\": [10, 12], " INITS
    ", \"border_mode\": \"half\", \"tied_biases\": false, \"layers\": ["
    "{\"type\": \"Convolutional\", \"name\": \"first\", \"filter_size\": [3, 3], \"num_filters\": 2}, "
    "\"Tanh\","
    "{\"type\": \"MaxPooling\", \"pooling_size\": [2, 2]},"
    "{\"type\": \"SpatialBatchNormalization\"},"
    "{\"type\": \"ConvolutionalSequence\", \"name\": \"inner\", \"layers\": ["
    "{\"type\": \"Convolutional\", \"filter_size\": [3, 3], \"num_filters\": 4, \"border_mode\": \"valid\"},"
    " \"Rectifier\", {\"type\": \"AveragePooling\", \"pooling_size\": [2, 2], \"ignore_border\": false}]}]}";

START_TEST(a_sequence_tells_its_layers_what_they_get)
{
    static const struct {
        const char *path, *shape;
    } wanted[] = {
        { "/top/first.W", "(2, 1, 3, 3)" },
        { "/top/first.b", "(2, 10, 12)" },
        { "/top/spatialbatchnormalization.batch_norm_scale", "(2, 1, 1)" },
        { "/top/inner/convolutional.W", "(4, 2, 3, 3)" },
        { "/top/inner/convolutional.b", "(4, 5, 6)" },
    };
    char text[SHAPE_TEXT_BYTES];
    struct net net;
    struct node *y;

    net_init(&net, DTYPE_FLOAT64);
    net_mode(&net, GRAPH_TRAINING);
    net_brick(&net, chain);
    y = net_apply(&net, net_input(&net, shape_4(3, 1, 10, 12)));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        const struct variable *variable = variables_find(net.variables, wanted[i].path);

        ck_assert_msg(variable, "there is no %s", wanted[i].path);
        ck_assert_str_eq(shape_text(&variable->value.shape, text), wanted[i].shape);
    }
    ck_assert_str_eq(shape_text(node_shape(y), text), "(3, 4, 3, 3)");
    net_check_gradients(&net, y);
    net_fini(&net);
}
END_TEST

/* ---- Refusals ---- */

static const struct {
    const char *json, *message;
} refused[] = {
    { CONVOLUTIONAL ", \"filter_size\": [3, 3], \"border_mode\": \"same\"}", "no border_mode" },
    { CONVOLUTIONAL ", \"filter_size\": [3, 3], \"border_mode\": -1}", "no border_mode" },
    { CONVOLUTIONAL ", \"filter_size\": [3, 3], \"border_mode\": [1, 2, 3]}", "no border_mode" },
    { CONVOLUTIONAL ", \"filter_size\": [3, 3], \"tied_biases\": false}",
      "/top (Convolutional) has no image_size" },
    { CONVOLUTIONAL ", \"filter_size\": [3, 3], \"image_size\": [2, 9]}",
      "/top (Convolutional) makes nothing of images of 2 by 9 pixels" },
    { "{\"type\": \"Convolutional\", \"num_filters\": 3, \"filter_size\": [3, 3], " INITS "}",
      "/top (Convolutional) has no num_channels" },
    { "{\"type\": \"MaxPooling\", \"pooling_size\": [2, 2], \"padding\": [2, 0]}",
      "the padding is not smaller than the pooling_size" },
    { "{\"type\": \"AveragePooling\", \"pooling_size\": [2, 2], \"padding\": [1, 0], \"ignore_border\": "
      "false}",
      "padding does not go with ignore_border false" },
    { "{\"type\": \"ConvolutionalSequence\", \"num_channels\": 1, \"layers\": [{\"type\": \"Linear\", "
      "\"input_dim\": 2, \"output_dim\": 2}], " INITS "}",
      "/top/linear (Linear) does not work on images" },
    { "{\"type\": \"ConvolutionalSequence\", \"num_channels\": 1, \"image_size\": [4, 4], \"layers\": "
      "[{\"type\": "
      "\"MaxPooling\", \"pooling_size\": [5, 5]}]}",
      "/top/maxpooling (MaxPooling) makes nothing of images of 4 by 4 pixels" },
};

START_TEST(what_cannot_be_is_refused)
{
    struct error_list errors = { 0 };
    struct components components = { 0 };

    ck_assert_ptr_null(
        brick_new(component_of_text(&components, &brick_family, refused[_i].json), "top", &errors));
    ck_assert_uint_ge(errors.count, 1);
    ck_assert_str_eq(errors.items[0].message, refused[_i].message);
    error_list_fini(&errors);
    components_fini(&components);
}
END_TEST

static const struct {
    struct shape shape;
    const char *message;
} misfits[] = {
    { { 3, { 2, 5, 6 } }, "an input of shape (2, 5, 6) does not hold images" },
    { { 4, { 2, 3, 5, 6 } }, "an input of shape (2, 3, 5, 6) does not fit to num_channels 2" },
    { { 4, { 2, 2, 5, 7 } }, "an input of shape (2, 2, 5, 7) does not fit to the image_size [5, 6]" },
};

START_TEST(misfitting_images_are_named)
{
    struct error err = { 0 };
    struct net net;

    net_init(&net, DTYPE_FLOAT32);
    net_brick(&net, convolutions[4].json);
    ck_assert_ptr_null(brick_apply_one(net.brick, net.graph, net_input(&net, misfits[_i].shape), &err));
    ck_assert_msg(strstr(err.message, misfits[_i].message), "%s", err.message);
    net_fini(&net);
}
END_TEST

Suite *images_suite(void)
{
    Suite *suite = suite_create("images");
    TCase *tests = tcase_create("images");

    tcase_add_loop_test(tests, convolutional_is_a_true_convolution, 0, (int)COUNT(convolutions));
    tcase_add_loop_test(tests, filters_lie_as_in_blocks, 0, (int)COUNT(convolutions));
    tcase_add_loop_test(tests, transpose_is_that_of_the_convolution, 0, (int)COUNT(transposes));
    tcase_add_loop_test(tests, pooling_makes_images_smaller, 0, (int)COUNT(pools));
    tcase_add_test(tests, a_sequence_tells_its_layers_what_they_get);
    tcase_add_loop_test(tests, what_cannot_be_is_refused, 0, (int)COUNT(refused));
    tcase_add_loop_test(tests, misfitting_images_are_named, 0, (int)COUNT(misfits));
    suite_add_tcase(suite, tests);
    return suite;
}
