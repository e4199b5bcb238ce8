/* tests/bricks/net.c -- see net.h. */
#include "tests/bricks/net.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <check.h>

static const char *const names[NET_INPUTS_MAX] = { "x0", "x1", "x2", "x3" };

void net_init(struct net *net, enum dtype real)
{
    *net = (struct net){ .variables = variables_new(real) };
    net_mode(net, GRAPH_EVALUATION);
}

void net_mode(struct net *net, enum graph_mode mode)
{
    const struct graph_options options = { .variables = net->variables, .mode = mode, .seed = 1 };

    graph_free(net->graph);
    net->graph = graph_new(&options);
}

void net_brick(struct net *net, const char *json)
{
    struct error_list errors = { 0 };

    net->brick = brick_new(component_of_text(&net->components, &brick_family, json), "top", &errors);
    ck_assert_msg(net->brick, "%s: %s", json, errors.count ? errors.items[0].message : "no error was given");
}

static struct node *add_input(struct net *net, enum dtype dtype, struct shape shape)
{
    const size_t index = net->input_count++;
    struct batch_source *source = &net->sources[index];
    struct error err;

    ck_assert_uint_lt(index, NET_INPUTS_MAX);
    *source = (struct batch_source){ .name = names[index], .tensor = { dtype, shape, NULL } };
    source->tensor.data = calloc((size_t)tensor_elements(&source->tensor) + 1, sizeof(double));
    net->inputs[index] = node_input(net->graph, names[index], dtype, &shape, &err);
    ck_assert_ptr_nonnull(net->inputs[index]);
    return net->inputs[index];
}

struct node *net_input(struct net *net, struct shape shape)
{
    struct node *node = add_input(net, graph_real(net->graph), shape);
    const struct tensor *tensor = &net->sources[net->input_count - 1].tensor;

    for (int64_t i = 0; i < tensor_elements(tensor); i++)
        tensor_write(tensor, i, sin(1.3 * (double)i + (double)net->input_count) * 1.5 + 0.01);
    return node;
}

struct node *net_labels(struct net *net, struct shape shape, const int64_t *labels)
{
    struct node *node = add_input(net, DTYPE_INT64, shape);
    const struct tensor *tensor = &net->sources[net->input_count - 1].tensor;

    memcpy(tensor->data, labels, tensor_bytes(tensor));
    return node;
}

double *net_input_values(struct net *net, size_t index)
{
    ck_assert_int_eq(net->sources[index].tensor.dtype, DTYPE_FLOAT64);
    return net->sources[index].tensor.data;
}

void net_fill(struct net *net)
{
    struct error err;

    ck_assert(variables_allocate(net->variables, &err));
    for (size_t k = 0; k < variables_count(net->variables); k++) {
        const struct variable *variable = variables_at(net->variables, k);

        for (int64_t i = 0; variable->role == VARIABLE_PARAMETER && i < tensor_elements(&variable->value);
             i++)
            tensor_write(&variable->value, i, cos(0.7 * (double)i + (double)k) * 0.8);
    }
}

struct node *net_apply(struct net *net, struct node *x)
{
    struct error err = { 0 };
    struct node *result = brick_apply_one(net->brick, net->graph, x, &err);

    ck_assert_msg(result, "%s", err.message);
    net_fill(net);
    return result;
}

static struct function *compile(struct net *net, struct node *const *outputs, size_t count)
{
    const struct function_options options = { .poison = true };
    struct error err;
    struct function *function = function_compile(net->graph, outputs, count, &options, &err);

    ck_assert_msg(function, "%s", function ? "" : err.message);
    return function;
}

static void call(struct net *net, struct function *function)
{
    const struct batch batch = { net->sources, net->input_count,
                                 net->input_count ? net->sources[0].tensor.shape.dims[0] : 0 };
    struct error err = { 0 };

    ck_assert_msg(function_call(function, &batch, &err), "%s", err.message);
}

int64_t net_value(struct net *net, struct node *node, double *out)
{
    struct function *function = compile(net, &node, 1);
    const struct tensor *value;
    int64_t count;

    call(net, function);
    value = function_output(function, 0);
    count = tensor_elements(value);
    ck_assert_int_le(count, NET_ELEMENTS_MAX);
    for (int64_t i = 0; i < count; i++)
        out[i] = tensor_read(value, i);
    function_free(function);
    return count;
}

double net_scalar(struct net *net, struct node *node)
{
    double values[NET_ELEMENTS_MAX];

    ck_assert_int_eq(net_value(net, node, values), 1);
    return values[0];
}

/* sum(node * made-up numbers), so that every element has a weight of its own. */
static struct node *weigh(struct net *net, struct node *node)
{
    struct tensor weights = { DTYPE_FLOAT64, *node_shape(node), NULL };
    struct error err;
    struct node *sum;

    if (node_rank(node) == 0)
        return node;
    weights.data = calloc((size_t)tensor_elements(&weights) + 1, sizeof(double));
    for (int64_t i = 0; i < tensor_elements(&weights); i++)
        tensor_write(&weights, i, 1 + 0.3 * sin(2.1 * (double)i));
    sum = node_sum(net->graph,
                   node_multiply(net->graph, node, node_constant_tensor(net->graph, &weights, &err), &err),
                   &err);
    free(weights.data);
    ck_assert_ptr_nonnull(sum);
    return sum;
}

static void compare(struct net *net, struct function *value, const struct tensor *place,
                    const struct tensor *gradient, const char *name)
{
    const double step = 1e-6;

    for (int64_t i = 0; i < tensor_elements(place); i++) {
        const double start = tensor_read(place, i), got = tensor_read(gradient, i);
        double above, below, wanted;

        tensor_write(place, i, start + step);
        call(net, value);
        above = tensor_read(function_output(value, 0), 0);
        tensor_write(place, i, start - step);
        call(net, value);
        below = tensor_read(function_output(value, 0), 0);
        tensor_write(place, i, start);
        wanted = (above - below) / (2 * step);
        ck_assert_msg(fabs(got - wanted) <= 3e-7 + 1e-6 * fabs(wanted),
                      "gradient of %s at %lld: %.12g, not %.12g", name, (long long)i, got, wanted);
    }
}

/* What a gradient is wanted for: every real input that `cost` depends on, then every parameter. */
struct wanted {
    struct node *nodes[64], *gradients[64];
    const struct tensor *places[64];
    const char *names[64];
    size_t count;
};

static void add_wanted(struct wanted *wanted, struct node *node, const char *name, const struct tensor *place)
{
    ck_assert_uint_lt(wanted->count, COUNT(wanted->nodes));
    wanted->nodes[wanted->count] = node;
    wanted->names[wanted->count] = name;
    wanted->places[wanted->count++] = place;
}

static struct function *derive(struct net *net, struct node *cost, struct wanted *out)
{
    struct function *derived;
    struct error err = { 0 };

    out->count = 0;
    for (size_t i = 0; i < net->input_count; i++)
        if (dtype_is_real(net->sources[i].tensor.dtype) && node_depends_on(cost, net->inputs[i]))
            add_wanted(out, net->inputs[i], net->sources[i].name, &net->sources[i].tensor);
    for (size_t i = 0; i < variables_count(net->variables); i++) {
        const struct variable *variable = variables_at(net->variables, i);

        if (variable->role == VARIABLE_PARAMETER)
            add_wanted(out, node_parameter(net->graph, variable->name, &variable->value.shape, &err),
                       variable->name, &variable->value);
    }
    ck_assert_uint_gt(out->count, 0);
    ck_assert_msg(graph_gradient(net->graph, cost, out->nodes, out->count, out->gradients, &err), "%s",
                  err.message);
    derived = compile(net, out->gradients, out->count);
    call(net, derived);
    return derived;
}

int64_t net_gradients(struct net *net, struct node *node, double *out)
{
    struct wanted wanted;
    struct function *derived = derive(net, weigh(net, node), &wanted);
    int64_t count = 0;

    for (size_t k = 0; k < wanted.count; k++) {
        const struct tensor *gradient = function_output(derived, k);

        ck_assert_int_le(count + tensor_elements(gradient), NET_ELEMENTS_MAX);
        for (int64_t i = 0; i < tensor_elements(gradient); i++)
            out[count++] = tensor_read(gradient, i);
    }
    function_free(derived);
    return count;
}

void net_check_gradients(struct net *net, struct node *node)
{
    struct node *cost = weigh(net, node);
    struct wanted wanted;
    struct function *value = compile(net, &cost, 1), *derived = derive(net, cost, &wanted);

    ck_assert_int_eq(graph_real(net->graph), DTYPE_FLOAT64);
    for (size_t i = 0; i < wanted.count; i++)
        compare(net, value, wanted.places[i], function_output(derived, i), wanted.names[i]);
    function_free(value);
    function_free(derived);
}

void net_fini(struct net *net)
{
    graph_free(net->graph);
    variables_free(net->variables);
    brick_free(net->brick);
    components_fini(&net->components);
    for (size_t i = 0; i < net->input_count; i++)
        free(net->sources[i].tensor.data);
}
