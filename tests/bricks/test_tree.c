/* tests/bricks/test_tree.c -- names, paths, and trees that cannot be. */
#include <string.h>
#include <strings.h>

#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"

#define INITS                                                                                                \
    "\"weights_init\": {\"type\": \"IsotropicGaussian\"}, \"biases_init\": {\"type\": \"Constant\", "        \
    "\"constant\": 0}"

static bool add_path(void *context, const struct brick *brick, const struct brick_parameter *parameter)
{
    struct text *text = context;
    char shape[SHAPE_TEXT_BYTES];

    (void)brick;
    text_format(text, "%s%s ", parameter->path, shape_text(&parameter->shape, shape));
    return true;
}

static const struct {
    const char *json, *parameters;
} trees[] = {
    { "{\"type\": \"MLP\", \"activations\": [\"Tanh\", null, \"Softmax\"], \"dims\": [4, 3, 2, 5], " INITS
      "}",
      "/top/linear_0.W(4, 3) /top/linear_0.b(3,) /top/linear_1.W(3, 2) /top/linear_1.b(2,)"
      " /top/linear_2.W(2, 5) /top/linear_2.b(5,) " },
    { "{\"type\": \"MLP\", \"activations\": [\"Tanh\"], \"dims\": [4, 3], \"use_bias\": false, " INITS "}",
      "/top/linear_0.W(4, 3) " },
    { "{\"type\": \"MLP\", \"activations\": [\"Tanh\"], \"dims\": [4, 3], \"prototype\": {\"type\": "
      "\"LinearMaxout\","
      " \"num_pieces\": 2}, " INITS "}",
      "/top/linearmaxout_0/linear.W(4, 6) /top/linearmaxout_0/linear.b(6,) " },
    { "{\"type\": \"Bias\", \"dim\": 4, " INITS "}", "/top.b(4,) " },
    { "{\"type\": \"Sequence\", \"application_methods\": [\"Tanh\", {\"type\": \"Linear\", \"name\": "
      "\"inner\","
      " \"input_dim\": 2, \"output_dim\": 3, " INITS
      "}, {\"type\": \"Linear\", \"input_dim\": 3, \"output_dim\": 1, " INITS "}]}",
      "/top/inner.W(2, 3) /top/inner.b(3,) /top/linear.W(3, 1) /top/linear.b(1,) " },
    { "\"Tanh\"", "" },
};

START_TEST(parameters_are_named_by_their_place)
{
    struct text text = { 0 };
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, trees[_i].json);
    ck_assert(brick_each_parameter(net.brick, add_path, &text));
    ck_assert_str_eq(text_bytes(&text), trees[_i].parameters);
    text_fini(&text);
    net_fini(&net);
}
END_TEST

START_TEST(children_are_found_by_name)
{
    struct net net;
    const struct brick *layer;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, trees[0].json);
    layer = brick_child(net.brick, "linear_1");
    ck_assert_str_eq(layer->path, "/top/linear_1");
    ck_assert_ptr_eq(layer->parent, net.brick);
    ck_assert_str_eq(brick_child(net.brick, "tanh")->type->component.name, "Tanh");
    ck_assert_ptr_null(brick_child(net.brick, "linear_3"));
    ck_assert(brick_has_variable(layer, "W") && brick_has_variable(layer, "b_norm"));
    ck_assert(!brick_has_variable(layer, "apply") && !brick_has_variable(net.brick, "W"));
    ck_assert(brick_has_method(brick_child(net.brick, "softmax"), "log_probabilities"));
    ck_assert(brick_has_method(layer, "apply") && !brick_has_method(layer, "log_probabilities"));
    net_fini(&net);
}
END_TEST

/* What a parent is given overwrites what its children say; null and nothing leave them. */
#define UNBIASED "\"prototype\": {\"type\": \"Linear\", \"use_bias\": false}, "
#define LAYERS                                                                                               \
    "\"num_channels\": 1, \"layers\": [{\"type\": \"Convolutional\", \"filter_size\": [1, 1], "              \
    "\"num_filters\": 2, \"use_bias\": false}]"
static const struct {
    const char *json; /* without the end */
    int biases[3];    /* when use_bias is false, true, null; as many as when it is left out */
} parents[] = {
    { "\"MLP\", \"activations\": [null, \"Tanh\"], \"dims\": [1, 2, 3]", { 0, 2, 2 } },
    { "\"MLP\", " UNBIASED "\"activations\": [null, \"Tanh\"], \"dims\": [1, 2, 3]", { 0, 2, 0 } },
    { "\"MLP\", \"activations\": [{\"type\": \"Linear\", \"input_dim\": 2, \"output_dim\": 2}], \"dims\": "
      "[1, 2]",
      { 1, 2, 2 } },
    { "\"MLP\", \"activations\": [null], \"dims\": [1, 2], \"prototype\": {\"type\": \"LinearMaxout\", "
      "\"num_pieces\": 2, \"use_bias\": false}",
      { 0, 1, 0 } },
    { "\"LinearMaxout\", \"input_dim\": 1, \"output_dim\": 2, \"num_pieces\": 2", { 0, 1, 1 } },
    { "\"Parallel\", " UNBIASED "\"input_names\": [\"a\", \"b\"], \"input_dims\": [1, 2], \"output_dims\": "
      "[2, 1]",
      { 0, 2, 0 } },
    { "\"Fork\", \"output_names\": [\"a\", \"b\"], \"input_dim\": 1, \"output_dims\": [1, 2]", { 0, 2, 2 } },
    { "\"Merge\", \"input_names\": [\"a\", \"b\"], \"output_dim\": 1, \"input_dims\": [1, 2]", { 0, 2, 0 } },
    { "\"Distribute\", \"target_names\": [\"a\", \"b\"], \"source_name\": \"c\", \"target_dims\": [1, 2], "
      "\"source_dim\": 1",
      { 0, 2, 0 } },
    { "\"ConvolutionalSequence\", " LAYERS, { 0, 1, 0 } },
    { "\"ConvolutionalSequence\", \"num_channels\": 1, \"layers\": [{\"type\": "
      "\"ConvolutionalSequence\", " LAYERS "}]",
      { 0, 1, 0 } },
    { "\"RecurrentStack\", \"transitions\": [{\"type\": \"LSTM\", \"dim\": 2}, {\"type\": \"LSTM\", \"dim\": "
      "1}]",
      { 0, 1, 1 } },
    { "\"RecurrentStack\", \"skip_connections\": true, \"transitions\": [{\"type\": \"LSTM\", \"dim\": 2}, "
      "{\"type\": \"LSTM\", \"dim\": 1}]",
      { 0, 1, 0 } },
};

static bool count_biases(void *context, const struct brick *brick, const struct brick_parameter *parameter)
{
    int *biases = context;

    (void)brick;
    *biases += parameter->role == PARAMETER_BIAS;
    return true;
}

static int biases_of(const char *json, const char *use_bias)
{
    struct text text = { 0 };
    struct net net;
    int biases = 0;

    text_format(&text, "{\"type\": %s%s, " INITS "}", json, use_bias);
    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, text_bytes(&text));
    ck_assert(brick_each_parameter(net.brick, count_biases, &biases));
    net_fini(&net);
    text_fini(&text);
    return biases;
}

START_TEST(a_given_use_bias_overwrites_that_of_the_children)
{
    const char *json = parents[_i].json;

    ck_assert_int_eq(biases_of(json, ", \"use_bias\": false"), parents[_i].biases[0]);
    ck_assert_int_eq(biases_of(json, ", \"use_bias\": true"), parents[_i].biases[1]);
    ck_assert_int_eq(biases_of(json, ", \"use_bias\": null"), parents[_i].biases[2]);
    ck_assert_int_eq(biases_of(json, ""), parents[_i].biases[2]);
}
END_TEST

/* Here false is what it has when nothing is said, and null what the prototype says, as in Blocks. */
START_TEST(a_batch_normalized_mlp_has_biases_if_it_is_told_so)
{
    static const char json[] =
        "\"BatchNormalizedMLP\", \"activations\": [null, \"Tanh\"], \"dims\": [1, 2, 3]";

    ck_assert_int_eq(biases_of(json, ""), biases_of(json, ", \"use_bias\": false"));
    ck_assert_int_eq(biases_of(json, ", \"use_bias\": true"), biases_of(json, "") + 2);
    ck_assert_int_eq(biases_of(json, ", \"use_bias\": null"), biases_of(json, "") + 2);
}
END_TEST

static const struct {
    const char *json;
    enum error_code code;
    const char *pointer, *message;
} wrong[] = {
    { "{\"type\": \"MLP\", \"activations\": [\"Tanh\"], \"dims\": [4, 3, 2], " INITS "}", ERROR_INVALID_VALUE,
      "/dims", "3 dims do not fit to 1 activations" },
    { "{\"type\": \"MLP\", \"activations\": [\"Tanh\"], \"dims\": [4, 3], \"prototype\": \"Tanh\", " INITS
      "}",
      ERROR_INVALID_VALUE, "/prototype", "a brick of type Tanh has no input_dim and output_dim" },
    { "{\"type\": \"MLP\", \"activations\": [\"Tanh\", null], \"dims\": [4, 3, 2]}", ERROR_MISSING_MEMBER, "",
      "no weights_init is given to fill /top/linear_0.W" },
    { "{\"type\": \"MLP\", \"activations\": [\"Tanh\", null], \"dims\": [4, 3, 2], \"weights_init\": "
      "{\"type\":"
      " \"Identity\"}}",
      ERROR_MISSING_MEMBER, "", "no biases_init is given to fill /top/linear_0.b" },
    { "{\"type\": \"MLP\", \"activations\": [\"Tanh\", null], \"dims\": [4, 3, 2], \"biases_init\": "
      "{\"type\":"
      " \"Constant\", \"constant\": 0}, \"weights_init\": {\"type\": \"Uniform\"}}",
      ERROR_MISSING_MEMBER, "/weights_init", "neither width nor std is given" },
    { "{\"type\": \"Linear\", \"output_dim\": 3, " INITS "}", ERROR_MISSING_MEMBER, "",
      "/top (Linear) has no input_dim" },
    { "{\"type\": \"Bias\", " INITS "}", ERROR_MISSING_MEMBER, "", "/top (Bias) has no dim" },
    { "{\"type\": \"Linear\", \"input_dim\": 65536, \"output_dim\": 65536, " INITS "}", ERROR_LIMIT, "",
      "/top.W of shape (65536, 65536) has more than 50000000 elements" },
    /* A prototype that nobody wrote is nowhere: the brick that has it is the place. */
    { "{\"type\": \"MLP\", \"activations\": [null], \"dims\": [65536, 65536], " INITS "}", ERROR_LIMIT, "",
      "/top/linear_0.W of shape (65536, 65536) has more than 50000000 elements" },
    { "{\"type\": \"MLP\", \"activations\": [null], \"dims\": [65536, 65536], \"prototype\": null, " INITS
      "}",
      ERROR_LIMIT, "/prototype", "/top/linear_0.W of shape (65536, 65536) has more than 50000000 elements" },
    { "{\"type\": \"Fork\", \"output_names\": [\"a b\"], \"input_dim\": 1, \"output_dims\": [1], " INITS "}",
      ERROR_INVALID_VALUE, "", "\"fork_a b\" cannot be the name of a brick" },
    { "{\"type\": \"Tanh\", \"name\": \"other\"}", ERROR_CONFLICT, "/name",
      "the brick is called \"top\" and \"other\"" },
    { "{\"type\": \"Sequence\", \"application_methods\": [{\"type\": \"Tanh\", \"name\": \"a/b\"}]}",
      ERROR_INVALID_VALUE, "/application_methods/0/name", "\"a/b\" cannot be the name of a brick" },
    { "{\"type\": \"Sequence\", \"application_methods\": [{\"type\": \"Bias\", \"dim\": 2, " INITS
      "}, {\"type\": \"Bias\", \"dim\": 2, " INITS "}]}",
      ERROR_DUPLICATE, "/application_methods/1", "two parameters are called /top/bias.b" },
    { "{\"type\": \"Linear\", \"input_dim\": 2, \"output_dim\": 3, \"weights_init\": {\"type\": "
      "\"Orthogonal\"},"
      " \"biases_init\": {\"type\": \"Orthogonal\"}}",
      ERROR_SHAPE, "/biases_init", "Orthogonal fills matrices only, not a parameter of shape (3,)" },
};

START_TEST(a_tree_that_cannot_be_is_refused)
{
    struct components components = { 0 };
    struct error_list errors = { 0 };
    const struct component *component = component_of_text(&components, &brick_family, wrong[_i].json);

    ck_assert_ptr_null(brick_new(component, "top", &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].message, wrong[_i].message);
    ck_assert_str_eq(errors.items[0].pointer, wrong[_i].pointer);
    ck_assert_int_eq(errors.items[0].code, wrong[_i].code);
    error_list_fini(&errors);
    components_fini(&components);
}
END_TEST

START_TEST(all_mistakes_of_a_tree_are_reported)
{
    struct components components = { 0 };
    struct error_list errors = { 0 };
    const char *json =
        "{\"type\": \"Sequence\", \"application_methods\": [{\"type\": \"Linear\"}, {\"type\": \"MLP\","
        " \"activations\": [null], \"dims\": [1, 2, 3]}, {\"type\": \"Bias\"}]}";

    ck_assert_ptr_null(brick_new(component_of_text(&components, &brick_family, json), "top", &errors));
    ck_assert_uint_eq(errors.count, 4); /* two dimensions, dims, one dimension */
    error_list_fini(&errors);
    components_fini(&components);
}
END_TEST

/* Prototypes inside each other multiply: 60 times 60 is too much, whatever the text says. */
START_TEST(trees_are_bounded)
{
    struct components components = { 0 };
    struct error_list errors = { 0 };
    struct text text = { 0 };

    for (int level = 0; level < 6; level++) {
        text_add(&text, "{\"type\": \"MLP\", " INITS ", \"dims\": [1");
        for (int i = 0; i < 60; i++)
            text_add(&text, ", 1");
        text_add(&text, "], \"activations\": [null");
        for (int i = 0; i < 59; i++)
            text_add(&text, ", null");
        text_add(&text, level < 5 ? "], \"prototype\": " : "]");
    }
    text_add(&text, "}}}}}}");
    ck_assert_ptr_null(
        brick_new(component_of_text(&components, &brick_family, text_bytes(&text)), "top", &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_int_eq(errors.items[0].code, ERROR_LIMIT);
    text_fini(&text);
    error_list_fini(&errors);
    components_fini(&components);
}
END_TEST

START_TEST(every_brick_is_described)
{
    for (size_t i = 0; brick_family.types[i]; i++) {
        const struct component_type *type = brick_family.types[i];

        ck_assert_ptr_eq(family_find(&brick_family, type->name), type);
        ck_assert(i == 0 || strcasecmp(brick_family.types[i - 1]->name, type->name) < 0);
        ck_assert(strlen(type->about) > 10);
        for (size_t k = 0; k < param_count(type->params); k++)
            ck_assert(type->params[k].about && strlen(type->params[k].about) > 10);
    }
}
END_TEST

Suite *tree_suite(void)
{
    Suite *suite = suite_create("tree");
    TCase *tree = tcase_create("tree");

    tcase_add_loop_test(tree, parameters_are_named_by_their_place, 0, (int)COUNT(trees));
    tcase_add_test(tree, children_are_found_by_name);
    tcase_add_loop_test(tree, a_given_use_bias_overwrites_that_of_the_children, 0, (int)COUNT(parents));
    tcase_add_test(tree, a_batch_normalized_mlp_has_biases_if_it_is_told_so);
    tcase_add_loop_test(tree, a_tree_that_cannot_be_is_refused, 0, (int)COUNT(wrong));
    tcase_add_test(tree, all_mistakes_of_a_tree_are_reported);
    tcase_add_test(tree, trees_are_bounded);
    tcase_add_test(tree, every_brick_is_described);
    suite_add_tcase(suite, tree);
    return suite;
}
