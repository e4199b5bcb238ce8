/* engine/bricks/initialization/sparse.c -- a few values in every row, the rest from another scheme.
 *
 * A row of Sparse is one of a matrix; of SparseND, all elements at one position along the given axes.  Values
 * are drawn row by row from the brick's generator, as in Blocks.  Blocks draws the places from a generator
 * that nobody seeds; here they come from one that the brick's generator seeds without moving on itself. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"
#include "engine/bricks/initialization/initializations.h"

struct sparse {
    double num_init;
    struct component *weights_init, *sparse_init;
    struct integer_list axis; /* of SparseND */
};

#define SPARSE_PARAMS                                                                                        \
    PARAM(sparse, num_init, REAL, .required = true, .positive = true, .max = 1e9,                            \
          .about = "How many places of a row get values: a whole number, or a fraction of them below 1."),   \
        PARAM(sparse, weights_init, COMPONENT, .required = true, .family = &initialization_family,           \
              .about = "The scheme of these values."),                                                       \
        PARAM(sparse, sparse_init, COMPONENT, .preset = "{\"type\": \"Constant\", \"constant\": 0}",         \
              .nullable = true, .null_is_preset = true, .family = &initialization_family,                    \
              .about = "The scheme of all others.")

static const struct param sparse_params[] = { SPARSE_PARAMS, PARAM_END };

static const struct param sparse_nd_params[] = { SPARSE_PARAMS,
                                                 PARAM(sparse, axis, INTEGERS, .required = true, .bare = true,
                                                       .count_min = 1, .count_max = TENSOR_RANK_MAX, .min = 0,
                                                       .max = TENSOR_RANK_MAX - 1,
                                                       .about = "The axes whose positions are the rows."),
                                                 PARAM_END };

/* The parameter as a matrix: axes of the rows first. */
struct matrix {
    int rank, row_rank;
    int axes[TENSOR_RANK_MAX];
    int64_t rows, columns;
};

static bool is_row_axis(const struct matrix *matrix, int axis)
{
    for (int i = 0; i < matrix->row_rank; i++)
        if (matrix->axes[i] == axis)
            return true;
    return false;
}

static struct matrix matrix_of(const struct sparse *sparse, const struct shape *shape)
{
    struct matrix matrix = { .row_rank = 1, .rows = 1, .columns = 1 };

    if (sparse->axis.given)
        matrix.row_rank = (int)sparse->axis.count;
    for (int i = 0; i < matrix.row_rank; i++)
        matrix.axes[i] = sparse->axis.given ? (int)sparse->axis.items[i] : 0;
    matrix.rank = matrix.row_rank;
    for (int axis = 0; axis < shape->rank; axis++)
        if (!is_row_axis(&matrix, axis))
            matrix.axes[matrix.rank++] = axis;
    for (int i = 0; i < matrix.rank; i++)
        *(i < matrix.row_rank ? &matrix.rows : &matrix.columns) *= shape->dims[matrix.axes[i]];
    return matrix;
}

static int64_t places_of(const struct sparse *sparse, const struct matrix *matrix)
{
    return sparse->num_init < 1 ? (int64_t)(sparse->num_init * (double)matrix->columns)
                                : (int64_t)sparse->num_init;
}

static bool check_axes(const struct component *scheme, const struct shape *shape, struct error_list *errors)
{
    const struct sparse *sparse = scheme->settings;
    char member[40], text[SHAPE_TEXT_BYTES];

    for (size_t i = 0; i < sparse->axis.count; i++) {
        const int64_t axis = sparse->axis.items[i];

        snprintf(member, sizeof member, "axis/%zu", i);
        if (axis >= shape->rank)
            return REPORT_AT(errors, ERROR_SHAPE, scheme, member,
                             "a parameter of shape %s has no axis %" PRId64, shape_text(shape, text), axis);
        for (size_t before = 0; before < i; before++)
            if (sparse->axis.items[before] == axis)
                return REPORT_AT(errors, ERROR_DUPLICATE, scheme, member, "axis %" PRId64 " is named twice",
                                 axis);
    }
    return true;
}

static bool sparse_check(const struct component *scheme, const struct shape *shape, struct error_list *errors)
{
    const struct sparse *sparse = scheme->settings;
    struct matrix matrix;
    struct shape values = { .rank = 1 }, whole = { .rank = 2 };

    if (sparse->num_init > 1 && sparse->num_init != floor(sparse->num_init))
        return REPORT_AT(errors, ERROR_INVALID_VALUE, scheme, "num_init",
                         "%g is neither a whole number nor a fraction below 1", sparse->num_init);
    if (sparse->axis.given ? !check_axes(scheme, shape, errors)
                           : !initialization_check_matrix(scheme, shape, errors))
        return false;
    matrix = matrix_of(sparse, shape);
    values.dims[0] = places_of(sparse, &matrix);
    whole.dims[0] = matrix.rows;
    whole.dims[1] = matrix.columns;
    if (values.dims[0] > matrix.columns)
        return REPORT_AT(errors, ERROR_SHAPE, scheme, "num_init", "%g places in rows of %" PRId64,
                         sparse->num_init, matrix.columns);
    return initialization_check(sparse->weights_init, &values, errors) &&
           initialization_check(sparse->sparse_init, &whole, errors);
}

/* Where element (row, column) of the matrix lies in the parameter. */
static int64_t index_of(const struct matrix *matrix, const struct shape *shape, int64_t row, int64_t column)
{
    int64_t position[TENSOR_RANK_MAX] = { 0 }, index = 0;

    for (int i = matrix->rank - 1; i >= 0; i--) {
        int64_t *rest = i < matrix->row_rank ? &row : &column;

        position[matrix->axes[i]] = *rest % shape->dims[matrix->axes[i]];
        *rest /= shape->dims[matrix->axes[i]];
    }
    for (int axis = 0; axis < shape->rank; axis++)
        index = index * shape->dims[axis] + position[axis];
    return index;
}

struct scratch {
    double *whole, *values;
    int64_t *places;
};

static bool fill(const struct sparse *sparse, const struct matrix *matrix, struct random_state *random,
                 const struct scratch *scratch, struct error *err)
{
    const int64_t count = places_of(sparse, matrix);
    const struct tensor whole = { DTYPE_FLOAT64, { 2, { matrix->rows, matrix->columns } }, scratch->whole };
    const struct tensor values = { DTYPE_FLOAT64, { 1, { count } }, scratch->values };
    struct random_state places = *random;

    random_seed(&places, random_uint32(&places));
    if (!initialization_generate(sparse->sparse_init, random, &whole, err))
        return false;
    for (int64_t row = 0; row < matrix->rows; row++) {
        random_permutation(&places, scratch->places, (size_t)matrix->columns);
        if (!initialization_generate(sparse->weights_init, random, &values, err))
            return false;
        for (int64_t i = 0; i < count; i++)
            scratch->whole[row * matrix->columns + scratch->places[i]] = scratch->values[i];
    }
    return true;
}

static bool sparse_generate(const struct component *scheme, struct random_state *random,
                            const struct tensor *out, struct error *err)
{
    const struct sparse *sparse = scheme->settings;
    const struct matrix matrix = matrix_of(sparse, &out->shape);
    const struct scratch scratch = {
        memory_try_aligned((size_t)(matrix.rows * matrix.columns + 1) * sizeof(double)),
        memory_try_aligned((size_t)(matrix.columns + 1) * sizeof(double)),
        memory_try_aligned((size_t)(matrix.columns + 1) * sizeof(int64_t)),
    };
    bool filled;

    if (!scratch.whole || !scratch.values || !scratch.places)
        filled = RAISE(err, ERROR_MEMORY, NULL, "no memory for a sparse parameter");
    else
        filled = fill(sparse, &matrix, random, &scratch, err);
    for (int64_t row = 0; filled && row < matrix.rows; row++)
        for (int64_t column = 0; column < matrix.columns; column++)
            initialization_store(out, index_of(&matrix, &out->shape, row, column),
                                 scratch.whole[row * matrix.columns + column]);
    free(scratch.whole);
    free(scratch.values);
    free(scratch.places);
    return filled;
}

const struct initialization_type sparse_initialization_type = {
    .component = { .name = "Sparse",
                   .about = "Gives values to a few random places of each row of a matrix.",
                   .params = sparse_params,
                   .settings_size = sizeof(struct sparse) },
    .check = sparse_check,
    .generate = sparse_generate,
};

const struct initialization_type sparse_nd_initialization_type = {
    .component = { .name = "SparseND",
                   .about = "Gives values to a few random places of each row, a row being a position along "
                            "some axes.",
                   .params = sparse_nd_params,
                   .settings_size = sizeof(struct sparse) },
    .check = sparse_check,
    .generate = sparse_generate,
};
