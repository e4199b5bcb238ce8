/* tests/bricks/test_recurrent.c -- recurrent bricks against plain NumPy steps, and their gradients.
 *
 * data/recurrent.json was written by data/make_recurrent.py. */
#include <math.h>
#include <string.h>

#include "tests/bricks/bricks.h"
#include "tests/bricks/net.h"
#include "tests/support/read_json.h"

enum { CASES = 10, TIME = 3, BATCH = 2 };

struct scene {
    struct net net;
    cJSON *file;
    const cJSON *test;
    struct brick_values results;
};

/* A mask, (time, batch), is an integer source: nothing flows into it. */
static struct node *add_input(struct net *net, const cJSON *input)
{
    const cJSON *dims = cJSON_GetObjectItem(input, "shape"), *values = cJSON_GetObjectItem(input, "values");
    const int64_t none[TIME * BATCH] = { 0 };
    struct shape shape = { .rank = cJSON_GetArraySize(dims) };
    const struct tensor *tensor;
    struct node *node;

    for (int axis = 0; axis < shape.rank; axis++)
        shape.dims[axis] = cJSON_GetArrayItem(dims, axis)->valueint;
    node = shape.rank == 2 && shape.dims[0] == TIME ? net_labels(net, shape, none) : net_input(net, shape);
    tensor = &net->sources[net->input_count - 1].tensor;
    for (int64_t i = 0; i < tensor_elements(tensor); i++)
        tensor_write(tensor, i, cJSON_GetArrayItem(values, (int)i)->valuedouble);
    return node;
}

static void apply(struct scene *scene)
{
    struct brick_values inputs = { .count = 0 };
    struct error err = { 0 };
    const cJSON *input;

    cJSON_ArrayForEach(input, cJSON_GetObjectItem(scene->test, "inputs")) inputs.items[inputs.count++] =
        cJSON_IsNull(input) ? NULL : add_input(&scene->net, input);
    ck_assert_msg(brick_apply(scene->net.brick, scene->net.graph, &inputs, &scene->results, &err), "%s",
                  err.message);
}

static bool declare(void *context, const struct brick *brick, const struct brick_parameter *parameter)
{
    struct net *net = context;
    struct error err;

    (void)brick;
    return variables_declare(net->variables, VARIABLE_PARAMETER, parameter->path,
                             variables_real(net->variables), &parameter->shape, &err);
}

/* Every parameter of the brick is in the file, and every one of the file in the brick. */
static void fill(struct scene *scene)
{
    const cJSON *parameters = cJSON_GetObjectItem(scene->test, "parameters"), *parameter;

    ck_assert(brick_each_parameter(scene->net.brick, declare, &scene->net));
    net_fill(&scene->net);
    ck_assert_uint_eq(variables_count(scene->net.variables), (size_t)cJSON_GetArraySize(parameters));
    cJSON_ArrayForEach(parameter, parameters)
    {
        const struct variable *variable = variables_find(scene->net.variables, parameter->string);

        ck_assert_msg(variable, "there is no %s", parameter->string);
        ck_assert_int_eq(tensor_elements(&variable->value), cJSON_GetArraySize(parameter));
        for (int64_t i = 0; i < tensor_elements(&variable->value); i++)
            tensor_write(&variable->value, i, cJSON_GetArrayItem(parameter, (int)i)->valuedouble);
    }
}

static void open_scene(struct scene *scene, int index, enum dtype dtype)
{
    char *json;

    memset(scene, 0, sizeof *scene);
    scene->file = read_json("tests/bricks/data/recurrent.json");
    ck_assert_int_eq(cJSON_GetArraySize(scene->file), CASES);
    scene->test = cJSON_GetArrayItem(scene->file, index);
    json = cJSON_PrintUnformatted(cJSON_GetObjectItem(scene->test, "brick"));
    net_init(&scene->net, dtype);
    net_brick(&scene->net, json);
    cJSON_free(json);
    apply(scene);
    fill(scene);
}

static void close_scene(struct scene *scene)
{
    net_fini(&scene->net);
    cJSON_Delete(scene->file);
}

START_TEST(results_are_those_of_plain_steps)
{
    const enum dtype dtype = _i % 2 ? DTYPE_FLOAT32 : DTYPE_FLOAT64;
    double values[NET_ELEMENTS_MAX];
    struct scene scene;
    const cJSON *results;

    open_scene(&scene, _i / 2, dtype);
    results = cJSON_GetObjectItem(scene.test, "results");
    ck_assert_uint_eq(scene.results.count, (size_t)cJSON_GetArraySize(results));
    for (size_t k = 0; k < scene.results.count; k++) {
        const cJSON *result = cJSON_GetArrayItem(results, (int)k);
        const cJSON *wanted = cJSON_GetObjectItem(result, "values");
        const int64_t count = net_value(&scene.net, scene.results.items[k], values);

        ck_assert_int_eq(count, cJSON_GetArraySize(wanted));
        ck_assert_int_eq(node_dim(scene.results.items[k], -1),
                         cJSON_GetArrayItem(cJSON_GetObjectItem(result, "shape"), 2)->valueint);
        for (int64_t i = 0; i < count; i++)
            ck_assert_double_le(fabs(values[i] - cJSON_GetArrayItem(wanted, (int)i)->valuedouble),
                                dtype == DTYPE_FLOAT32 ? 1e-6 : 1e-14);
    }
    close_scene(&scene);
}
END_TEST

/* The sum of all results and of the initial states, which some cases do not use. */
static struct node *add_sums(struct scene *scene, struct error *err)
{
    static const char *const names[] = { "initial_state", "initial_cells" };
    struct graph *graph = scene->net.graph;
    struct node *cost = node_constant(graph, 0);

    for (size_t k = 0; k < scene->results.count; k++)
        cost =
            node_add(graph, cost, node_sum(graph, node_sqr(graph, scene->results.items[k], err), err), err);
    for (size_t k = 0; k < COUNT(names); k++)
        if (brick_has_variable(scene->net.brick, names[k]))
            cost =
                node_add(graph, cost,
                         node_sum(graph, brick_variable(scene->net.brick, graph, names[k], err), err), err);
    return cost;
}

/* Of all results together: in stacks the way back leads through every level. */
START_TEST(gradients_are_central_differences)
{
    struct node *cost;
    struct scene scene;
    struct error err;

    open_scene(&scene, _i, DTYPE_FLOAT64);
    cost = add_sums(&scene, &err);
    ck_assert_ptr_nonnull(cost);
    net_check_gradients(&scene.net, cost);
    close_scene(&scene);
}
END_TEST

/* ---- What is refused ---- */

#define INITS ", \"weights_init\": {\"type\": \"Constant\", \"constant\": 0}}"

static const struct {
    const char *json, *message;
} refused[] = {
    { "{\"type\": \"LSTM\", \"dim\": 2, \"activation\": \"Softmax\"" INITS,
      "Softmax cannot be the activation of a transition" },
    { "{\"type\": \"LSTM\", \"dim\": 2}", "no weights_init is given to fill /top.W_state" },
    { "{\"type\": \"Bidirectional\", \"prototype\": \"Tanh\"" INITS,
      "a brick of type Tanh is no transition" },
    { "{\"type\": \"RecurrentStack\", \"transitions\": [\"Tanh\"]" INITS,
      "a brick of type Tanh is no transition" },
    { "{\"type\": \"RecurrentStack\", \"states_name\": \"cells\", \"transitions\": [{\"type\": "
      "\"GatedRecurrent\", \"dim\": 2}]" INITS,
      "GatedRecurrent has no states called \"cells\"" },
    { "{\"type\": \"LSTM\", \"dim\": 2, \"name\": \"a#1\"" INITS, "the brick is called \"top\" and \"a#1\"" },
};

START_TEST(what_does_not_fit_is_refused)
{
    struct components components = { 0 };
    struct error_list errors = { 0 };

    ck_assert_ptr_null(
        brick_new(component_of_text(&components, &brick_family, refused[_i].json), "top", &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].message, refused[_i].message);
    error_list_fini(&errors);
    components_fini(&components);
}
END_TEST

START_TEST(inputs_that_do_not_fit_name_the_brick)
{
    struct brick_values inputs = { .count = 1 }, results;
    struct error err = { 0 };
    struct net net;

    net_init(&net, DTYPE_FLOAT64);
    net_brick(&net, "{\"type\": \"LSTM\", \"dim\": 2" INITS);
    inputs.items[0] = net_input(&net, shape_of(3, INT64_C(3), INT64_C(2), INT64_C(6)));
    ck_assert(!brick_apply(net.brick, net.graph, &inputs, &results, &err));
    ck_assert_str_eq(err.message,
                     "brick /top (LSTM): lstm of shapes (3, 2, 6) and (2, 8): the inputs have to "
                     "be as wide as the weights, (dim, 4 dim)");
    inputs.count = 5;
    ck_assert(!brick_apply(net.brick, net.graph, &inputs, &results, &err));
    ck_assert_str_eq(err.message, "brick /top (LSTM): takes 1 to 4 inputs, not 5");
    net_fini(&net);
}
END_TEST

Suite *recurrent_suite(void)
{
    Suite *suite = suite_create("recurrent");
    TCase *recurrent = tcase_create("recurrent");

    tcase_add_loop_test(recurrent, results_are_those_of_plain_steps, 0, 2 * CASES);
    tcase_add_loop_test(recurrent, gradients_are_central_differences, 0, CASES);
    tcase_add_loop_test(recurrent, what_does_not_fit_is_refused, 0, (int)COUNT(refused));
    tcase_add_test(recurrent, inputs_that_do_not_fit_name_the_brick);
    suite_add_tcase(suite, recurrent);
    return suite;
}
