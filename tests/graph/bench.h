/* tests/graph/bench.h -- a small graph on a workbench: operands as parameters or sources, then compile and
 * call.
 *
 * Errors fail the test at once. */
#ifndef TESTS_GRAPH_BENCH_H
#define TESTS_GRAPH_BENCH_H

#include <check.h>

#include "engine/graph/function.h"

enum { BENCH_SOURCES_MAX = 8 };

struct bench {
    struct variables *variables;
    struct graph *graph;
    struct function *function;
    struct error err;
    struct batch_source sources[BENCH_SOURCES_MAX];
    size_t source_count;
};

/* One BLAS thread per caller, as in the service: a fixture for what is shared among threads. */
void bench_start_blas(void);

void bench_open(struct bench *bench, enum dtype real, enum graph_mode mode);
void bench_close(struct bench *bench);

/* A parameter with these values, and a source of the batch that is planned for `planned` and now holds
 * `shape`.  The values of parameters are put in by bench_compile. */
struct node *bench_parameter(struct bench *bench, const char *name, const struct shape *shape);
struct node *bench_source(struct bench *bench, const char *name, enum dtype dtype,
                          const struct shape *planned, const struct shape *shape, const double *values);
/* Sources "features" (rows, columns) from -1 to 1, and "targets" (rows): labels of all classes in turn. */
struct node *bench_features(struct bench *bench, enum dtype real, int64_t rows, int64_t columns);
struct node *bench_targets(struct bench *bench, int64_t rows, int64_t classes);
void bench_set(struct bench *bench, const char *parameter, const double *values);

/* Lays out the variables, if that was not done yet; for bench_set. */
void bench_allocate(struct bench *bench);
/* Replaces the function of before. */
void bench_compile(struct bench *bench, struct node *const *outputs, size_t count,
                   const struct function_options *options);
void bench_call(struct bench *bench);
double bench_read(const struct bench *bench, size_t output, int64_t index);
/* What output 0, a scalar, changes by when element `index` of the parameter does, per unit; calls twice. */
double bench_central_difference(struct bench *bench, const struct tensor *value, int64_t index);

#endif
