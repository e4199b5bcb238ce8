/* engine/graph/variables.h -- the memory behind a net: its parameters and its other shared variables.
 *
 * The graphs of one job (training, evaluation) share one store.  First the graphs are built and declare
 * what they need; then variables_allocate lays everything out; then functions are compiled.
 *
 * All parameters lie in one flat vector of the job's real dtype, each starting on a 64-byte boundary;
 * the padding between them is zero and stays zero.  The gradients mirror that vector, so that a step rule
 * is one pass over both.  A parameter is filled with NaN until it is initialised.
 * Other shared variables (shared.NAME, population statistics, counters of random streams) lie outside of it.
 *
 * Variables live until the store is freed; their order is the order of declaration.  Not thread-safe. */
#ifndef ENGINE_GRAPH_VARIABLES_H
#define ENGINE_GRAPH_VARIABLES_H

#include "engine/base/error.h"
#include "engine/tensor/tensor.h"

struct variables;

enum variable_role {
    VARIABLE_PARAMETER, /* trained; in the flat vector */
    VARIABLE_SHARED,    /* changed by updates or from outside */
    VARIABLE_RANDOM     /* int64 of shape (2): seed and draws so far of one random stream */
};

struct variable {
    const char *name; /* "/mlp/linear_0.W", "learning_rate" */
    enum variable_role role;
    struct tensor value;    /* data is NULL until variables_allocate */
    struct tensor gradient; /* of parameters */
    int64_t offset;         /* of parameters: its place in the flat vectors, in elements */
    int64_t seed;           /* of random streams: set before variables_allocate */
};

struct variables *variables_new(enum dtype real);
void variables_free(struct variables *variables); /* accepts NULL */
enum dtype variables_real(const struct variables *variables);

/* Declares a variable, or finds the one of that name; NULL when role, dtype or shape differ from it, or when
 * it is new and the memory has been laid out. */
struct variable *variables_declare(struct variables *variables, enum variable_role role, const char *name,
                                   enum dtype dtype, const struct shape *shape, struct error *err);
struct variable *variables_find(const struct variables *variables, const char *name); /* NULL: none */
size_t variables_count(const struct variables *variables);
struct variable *variables_at(const struct variables *variables, size_t index);

/* Lays out the memory; false with ERROR_MEMORY.  More than once is harmless. */
bool variables_allocate(struct variables *variables, struct error *err);

/* The flat vectors, of shape (n), padding included. */
const struct tensor *variables_parameters(const struct variables *variables);
const struct tensor *variables_gradients(const struct variables *variables);

#endif
