/* tests/graph/bench.c -- see bench.h. */
#include "tests/graph/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/tensor/blas.h"

void bench_start_blas(void)
{
    struct error err;

    ck_assert_msg(blas_start(NULL, &err), "%s", err.message);
}

void bench_open(struct bench *bench, enum dtype real, enum graph_mode mode)
{
    memset(bench, 0, sizeof *bench);
    bench->variables = variables_new(real);
    bench->graph = graph_new(&(struct graph_options){ bench->variables, mode, 1 });
}

void bench_close(struct bench *bench)
{
    for (size_t i = 0; i < bench->source_count; i++)
        free(bench->sources[i].tensor.data);
    function_free(bench->function);
    graph_free(bench->graph);
    variables_free(bench->variables);
}

struct node *bench_parameter(struct bench *bench, const char *name, const struct shape *shape)
{
    struct node *node = node_parameter(bench->graph, name, shape, &bench->err);

    ck_assert_msg(node != NULL, "%s", bench->err.message);
    return node;
}

struct node *bench_source(struct bench *bench, const char *name, enum dtype dtype,
                          const struct shape *planned, const struct shape *shape, const double *values)
{
    struct node *node = node_input(bench->graph, name, dtype, planned, &bench->err);
    const int64_t elements = shape_elements(shape);
    struct batch_source *source = &bench->sources[bench->source_count++];

    ck_assert_msg(node != NULL, "%s", bench->err.message);
    source->name = name;
    source->tensor = (struct tensor){ dtype, *shape, calloc((size_t)elements + 1, sizeof(double)) };
    for (int64_t i = 0; i < elements; i++)
        tensor_write(&source->tensor, i, values[i]);
    return node;
}

struct node *bench_features(struct bench *bench, enum dtype real, int64_t rows, int64_t columns)
{
    const struct shape shape = { 2, { rows, columns } };
    double *values = calloc((size_t)(rows * columns), sizeof *values);
    struct node *node;

    for (int64_t i = 0; i < rows * columns; i++)
        values[i] = (double)(i * 37 % 101) / 50 - 1;
    node = bench_source(bench, "features", real, &shape, &shape, values);
    free(values);
    return node;
}

struct node *bench_targets(struct bench *bench, int64_t rows, int64_t classes)
{
    const struct shape shape = { 1, { rows } };
    double *values = calloc((size_t)rows, sizeof *values);
    struct node *node;

    for (int64_t i = 0; i < rows; i++)
        values[i] = (double)(i * 7 % classes);
    node = bench_source(bench, "targets", DTYPE_UINT8, &shape, &shape, values);
    free(values);
    return node;
}

void bench_allocate(struct bench *bench)
{
    ck_assert_msg(variables_allocate(bench->variables, &bench->err), "%s", bench->err.message);
}

void bench_set(struct bench *bench, const char *parameter, const double *values)
{
    const struct variable *variable = variables_find(bench->variables, parameter);

    bench_allocate(bench);
    for (int64_t i = 0; i < tensor_elements(&variable->value); i++)
        tensor_write(&variable->value, i, values[i]);
}

void bench_compile(struct bench *bench, struct node *const *outputs, size_t count,
                   const struct function_options *options)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(outputs[i] != NULL, "%s", bench->err.message);
    bench_allocate(bench);
    function_free(bench->function);
    bench->function = function_compile(bench->graph, outputs, count, options, &bench->err);
    ck_assert_msg(bench->function != NULL, "%s", bench->err.message);
}

void bench_call(struct bench *bench)
{
    const struct batch batch = { bench->sources, bench->source_count, 0 };

    ck_assert_msg(function_call(bench->function, &batch, &bench->err), "%s", bench->err.message);
}

double bench_read(const struct bench *bench, size_t output, int64_t index)
{
    return tensor_read(function_output(bench->function, output), index);
}

double bench_central_difference(struct bench *bench, const struct tensor *value, int64_t index)
{
    const double x = tensor_read(value, index), step = 1e-6 * (1 + fabs(x));
    double above, below;

    tensor_write(value, index, x + step);
    bench_call(bench);
    above = bench_read(bench, 0, 0);
    tensor_write(value, index, x - step);
    bench_call(bench);
    below = bench_read(bench, 0, 0);
    tensor_write(value, index, x);
    return (above - below) / (2 * step);
}
