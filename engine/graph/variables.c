/* engine/graph/variables.c -- see variables.h. */
#include "engine/graph/variables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/arena.h"
#include "engine/base/memory.h"

enum { ALIGNMENT_BYTES = 64 };

struct variables {
    struct arena arena; /* names and the variables themselves */
    enum dtype real;
    struct variable **items;
    size_t count, capacity;
    bool allocated;
    int64_t parameter_elements; /* padding included */
    struct tensor parameters, gradients;
};

struct variables *variables_new(enum dtype real)
{
    struct variables *variables = memory_new(1, sizeof *variables);

    variables->real = real;
    return variables;
}

void variables_free(struct variables *variables)
{
    if (!variables)
        return;
    for (size_t i = 0; i < variables->count; i++)
        if (variables->items[i]->role != VARIABLE_PARAMETER)
            free(variables->items[i]->value.data);
    free(variables->parameters.data);
    free(variables->gradients.data);
    free(variables->items);
    arena_fini(&variables->arena);
    free(variables);
}

enum dtype variables_real(const struct variables *variables)
{
    return variables->real;
}

struct variable *variables_find(const struct variables *variables, const char *name)
{
    for (size_t i = 0; i < variables->count; i++)
        if (strcmp(variables->items[i]->name, name) == 0)
            return variables->items[i];
    return NULL;
}

size_t variables_count(const struct variables *variables)
{
    return variables->count;
}

struct variable *variables_at(const struct variables *variables, size_t index)
{
    return variables->items[index];
}

static bool raise_different(const struct variable *old, enum variable_role role, enum dtype dtype,
                            const struct shape *shape, struct error *err)
{
    char old_text[SHAPE_TEXT_BYTES], new_text[SHAPE_TEXT_BYTES];

    if (old->role != role)
        return RAISE(err, ERROR_CONFLICT, NULL,
                     "'%s' is a parameter in one place and another variable elsewhere", old->name);
    return RAISE(err, ERROR_SHAPE, NULL, "'%s' has the shape %s of %s in one place and %s of %s in another",
                 old->name, shape_text(&old->value.shape, old_text), dtype_name(old->value.dtype),
                 shape_text(shape, new_text), dtype_name(dtype));
}

struct variable *variables_declare(struct variables *variables, enum variable_role role, const char *name,
                                   enum dtype dtype, const struct shape *shape, struct error *err)
{
    struct variable *variable = variables_find(variables, name);
    char text[SHAPE_TEXT_BYTES];
    int64_t elements;

    if (variable) {
        if (variable->role == role && variable->value.dtype == dtype &&
            shape_equal(&variable->value.shape, shape))
            return variable;
        raise_different(variable, role, dtype, shape, err);
        return NULL;
    }
    if (variables->allocated) {
        RAISE(err, ERROR_INTERNAL, NULL, "'%s' was declared after the memory was laid out", name);
        return NULL;
    }
    if (!shape_count(shape, &elements)) {
        RAISE(err, ERROR_LIMIT, NULL, "'%s' of shape %s has too many elements", name,
              shape_text(shape, text));
        return NULL;
    }
    variable = arena_alloc(&variables->arena, sizeof *variable);
    variable->name = arena_text(&variables->arena, name);
    variable->role = role;
    variable->value = (struct tensor){ .dtype = dtype, .shape = *shape };
    variable->gradient = variable->value;
    variables->items =
        memory_room(variables->items, variables->count, &variables->capacity, sizeof *variables->items);
    variables->items[variables->count++] = variable;
    return variable;
}

/* Gives every parameter its place in the flat vector; false when they are too many. */
static bool lay_out(struct variables *variables)
{
    const int64_t unit = ALIGNMENT_BYTES / (int64_t)dtype_bytes(variables->real);
    int64_t total = 0;

    for (size_t i = 0; i < variables->count; i++) {
        struct variable *variable = variables->items[i];
        if (variable->role != VARIABLE_PARAMETER)
            continue;
        variable->offset = total;
        if (__builtin_add_overflow(total, (tensor_elements(&variable->value) + unit - 1) / unit * unit,
                                   &total))
            return false;
    }
    variables->parameter_elements = total;
    return total <= INT64_MAX / 16;
}

static void fill_with_nan(const struct tensor *tensor)
{
    const int64_t elements = tensor_elements(tensor);

    for (int64_t i = 0; i < elements; i++)
        tensor_write(tensor, i, (double)NAN);
}

static bool allocate_others(struct variables *variables, struct error *err)
{
    for (size_t i = 0; i < variables->count; i++) {
        struct variable *variable = variables->items[i];

        if (variable->role == VARIABLE_PARAMETER || variable->value.data)
            continue;
        variable->value.data = memory_try_aligned(tensor_bytes(&variable->value) + 1);
        if (!variable->value.data)
            return RAISE(err, ERROR_MEMORY, NULL, "not enough memory for '%s'", variable->name);
        if (variable->role == VARIABLE_RANDOM)
            ((int64_t *)variable->value.data)[0] = variable->seed;
    }
    return true;
}

bool variables_allocate(struct variables *variables, struct error *err)
{
    const size_t bytes = dtype_bytes(variables->real);
    struct shape shape;

    if (variables->allocated)
        return true;
    if (!lay_out(variables))
        return RAISE(err, ERROR_LIMIT, NULL, "the parameters have too many elements");
    shape = shape_of(1, variables->parameter_elements);
    variables->parameters = (struct tensor){ variables->real, shape, NULL };
    variables->gradients = variables->parameters;
    variables->parameters.data = memory_try_aligned((size_t)variables->parameter_elements * bytes + 1);
    variables->gradients.data = memory_try_aligned((size_t)variables->parameter_elements * bytes + 1);
    if (!variables->parameters.data || !variables->gradients.data)
        return RAISE(err, ERROR_MEMORY, NULL, "not enough memory for %lld parameters",
                     (long long)variables->parameter_elements);
    for (size_t i = 0; i < variables->count; i++) {
        struct variable *variable = variables->items[i];
        if (variable->role != VARIABLE_PARAMETER)
            continue;
        variable->value.data = (char *)variables->parameters.data + (size_t)variable->offset * bytes;
        variable->gradient.data = (char *)variables->gradients.data + (size_t)variable->offset * bytes;
        fill_with_nan(&variable->value);
    }
    if (!allocate_others(variables, err))
        return false;
    variables->allocated = true;
    return true;
}

const struct tensor *variables_parameters(const struct variables *variables)
{
    return &variables->parameters;
}

const struct tensor *variables_gradients(const struct variables *variables)
{
    return &variables->gradients;
}
