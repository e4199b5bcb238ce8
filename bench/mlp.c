/* bench/mlp.c -- trains an MLP on made-up data and tells how long an iteration takes.
 *
 * usage: mlp ACTIVATION BATCH ROWS DIM...
 *
 * One iteration gathers the rows of a shuffled batch, runs the compiled graph (cost and gradients) and takes
 * a step of plain gradient descent.  First prints "ready PROFILE".  Then, for every line "SECONDS" on
 * standard input, trains that long and prints "MICROSECONDS COST": of one iteration, and the last cost. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/base/random.h"
#include "engine/base/text.h"
#include "engine/graph/function.h"
#include "engine/rules/step_kernels.h"
#include "engine/tensor/numeric_profile.h"

enum { LAYERS_MAX = 8 };

struct job {
    int64_t dims[LAYERS_MAX + 1], batch, rows;
    int layers;
    bool rectifier;
    struct random_state random;

    float *features; /* (rows, dims[0]) */
    int64_t *labels, *order;
    int64_t next;
    struct batch_source sources[2]; /* the present batch */

    struct variables *variables;
    struct graph *graph;
    struct function *function;
};

static void fail(const struct error *err)
{
    fprintf(stderr, "mlp: %s\n", err->message);
    exit(1);
}

/* Classes differ by their means; 15 in 100 labels are wrong, so that gradients do not vanish. */
static void make_data(struct job *job)
{
    const int64_t columns = job->dims[0], classes = job->dims[job->layers];
    float *means = memory_new((size_t)(classes * columns), sizeof *means);

    job->features = memory_new((size_t)(job->rows * columns), sizeof *job->features);
    job->labels = memory_new((size_t)job->rows, sizeof *job->labels);
    job->order = memory_new((size_t)job->rows, sizeof *job->order);
    for (int64_t i = 0; i < classes * columns; i++)
        means[i] = (float)random_uniform(&job->random, -0.5, 0.5);
    for (int64_t row = 0; row < job->rows; row++) {
        const int64_t class = random_randint(&job->random, classes);

        for (int64_t c = 0; c < columns; c++)
            job->features[row * columns + c] =
                means[class * columns + c] + (float)random_uniform(&job->random, -1, 1);
        job->labels[row] = random_double(&job->random) < 0.15 ? random_randint(&job->random, classes) : class;
        job->order[row] = row;
    }
    job->next = job->rows;
    free(means);
}

static void build(struct job *job)
{
    struct error err = { 0 };
    const struct shape x_shape = shape_of(2, job->batch, job->dims[0]), y_shape = shape_of(1, job->batch);
    struct node *outputs[2 * LAYERS_MAX + 1], *wanted[2 * LAYERS_MAX], *x;
    struct tensor destinations[2 * LAYERS_MAX + 1] = { { .data = NULL } };
    struct graph *g = job->graph;
    size_t count = 0;

    x = node_input(g, "features", DTYPE_FLOAT32, &x_shape, &err);
    for (int layer = 0; layer < job->layers; layer++) {
        const struct shape w_shape = shape_of(2, job->dims[layer], job->dims[layer + 1]);
        const struct shape b_shape = shape_of(1, job->dims[layer + 1]);
        char name[32];

        snprintf(name, sizeof name, "/mlp/linear_%d.W", layer);
        wanted[count++] = node_parameter(g, name, &w_shape, &err);
        snprintf(name, sizeof name, "/mlp/linear_%d.b", layer);
        wanted[count++] = node_parameter(g, name, &b_shape, &err);
        x = node_add(g, node_dot(g, x, wanted[count - 2], &err), wanted[count - 1], &err);
        if (layer + 1 < job->layers)
            x = job->rectifier ? node_rectifier(g, x, &err) : node_tanh(g, x, &err);
    }
    outputs[0] =
        node_mean(g,
                  node_categorical_cross_entropy(g, node_input(g, "targets", DTYPE_INT64, &y_shape, &err),
                                                 node_softmax(g, x, &err), &err),
                  &err);
    if (!graph_gradient(g, outputs[0], wanted, count, outputs + 1, &err) ||
        !variables_allocate(job->variables, &err))
        fail(&err);
    for (size_t i = 0; i < count; i++) {
        const struct tensor *value = &node_variable(wanted[i])->value;

        destinations[i + 1] = node_variable(wanted[i])->gradient;
        for (int64_t k = 0; k < tensor_elements(value); k++)
            tensor_write(value, k, i % 2 ? 0 : 0.05 * random_gauss(&job->random));
    }
    job->function = function_compile(g, outputs, count + 1,
                                     &(struct function_options){ .destinations = destinations }, &err);
    if (!job->function)
        fail(&err);
    job->sources[0] = (struct batch_source){ .name = "features", .tensor = { DTYPE_FLOAT32, x_shape, NULL } };
    job->sources[1] = (struct batch_source){ .name = "targets", .tensor = { DTYPE_INT64, y_shape, NULL } };
    for (int i = 0; i < 2; i++)
        job->sources[i].tensor.data = memory_try_aligned(tensor_bytes(&job->sources[i].tensor));
}

static void gather(struct job *job)
{
    const size_t row_bytes = (size_t)job->dims[0] * sizeof(float);

    if (job->next + job->batch > job->rows) {
        random_shuffle(&job->random, job->order, (size_t)job->rows);
        job->next = 0;
    }
    for (int64_t i = 0; i < job->batch; i++) {
        const int64_t row = job->order[job->next++];

        memcpy((char *)job->sources[0].tensor.data + (size_t)i * row_bytes,
               job->features + row * job->dims[0], row_bytes);
        ((int64_t *)job->sources[1].tensor.data)[i] = job->labels[row];
    }
}

static void iterate(struct job *job)
{
    const struct batch batch = { job->sources, 2, job->batch };
    const struct tensor *parameters = variables_parameters(job->variables);
    struct error err = { 0 };

    gather(job);
    if (!function_call(job->function, &batch, &err))
        fail(&err);
    step_kernels_of(DTYPE_FLOAT32)
        ->scale_update(tensor_elements(parameters), variables_gradients(job->variables)->data,
                       parameters->data, 0.01);
}

/* Trains for that long; reads the clock about a hundred times. */
static double microseconds_per_iteration(struct job *job, double seconds)
{
    const double start = clock_monotonic_s(&clock_system);
    int64_t iterations = 0, at_once = 1;
    double spent;

    for (;;) {
        for (int64_t i = 0; i < at_once; i++)
            iterate(job);
        iterations += at_once;
        spent = clock_monotonic_s(&clock_system) - start;
        if (spent >= seconds)
            return spent / (double)iterations * 1e6;
        if (spent < seconds / 100)
            at_once *= 2;
    }
}

int main(int argc, char **argv)
{
    struct job job = { .layers = argc - 5 };
    struct error err = { 0 };
    char line[64];

    if (job.layers < 1 || job.layers > LAYERS_MAX) {
        fprintf(stderr, "usage: mlp ACTIVATION BATCH ROWS DIM...\n");
        return 2;
    }
    job.rectifier = strcmp(argv[1], "Rectifier") == 0;
    for (int i = 2; i < argc; i++) {
        int64_t *number = i == 2 ? &job.batch : i == 3 ? &job.rows : &job.dims[i - 4];
        if (!text_to_int64(argv[i], number) || *number < 1) {
            fprintf(stderr, "mlp: '%s' is no positive number\n", argv[i]);
            return 2;
        }
    }
    if (!numeric_start(NULL, &err))
        fail(&err);
    random_seed(&job.random, 1);
    make_data(&job);
    job.variables = variables_new(DTYPE_FLOAT32);
    job.graph = graph_new(&(struct graph_options){ job.variables, GRAPH_TRAINING, 1 });
    build(&job);
    printf("ready %s\n", numeric_profile());
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        double seconds, microseconds;

        line[strcspn(line, "\n")] = '\0';
        if (!text_to_double(line, &seconds))
            break;
        microseconds = microseconds_per_iteration(&job, seconds);

        printf("%.3f %.6f\n", microseconds, tensor_read(function_output(job.function, 0), 0));
        fflush(stdout);
    }
    function_free(job.function);
    graph_free(job.graph);
    variables_free(job.variables);
    free(job.features);
    free(job.labels);
    free(job.order);
    free(job.sources[0].tensor.data);
    free(job.sources[1].tensor.data);
    return 0;
}
