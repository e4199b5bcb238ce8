/* engine/bricks/initialization/orthogonal.c -- orthogonal matrices out of gaussian ones.
 *
 * Square: Q of the QR decomposition of a gaussian matrix, its columns multiplied by the sign of R's diagonal.
 * Else, from one such Q of each size, the first min(rows, columns) columns of the first times as many rows of
 * the second.  With these signs the decomposition is unique: the numbers are NumPy's up to rounding. */
#include "engine/bricks/initialization/initializations.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "engine/base/component_report.h"
#include "engine/base/memory.h"

/* The work grows with the cube: a matrix of this size takes about a minute. */
enum { SIZE_MAX_ROWS = 4096 };

struct orthogonal {
    double scale;
};

static const struct param params[] = {
    PARAM(orthogonal, scale, REAL, .preset = "1.0", .about = "The length of the columns."), PARAM_END
};

static bool orthogonal_check(const struct component *scheme, const struct shape *shape,
                             struct error_list *errors)
{
    int64_t size;

    if (!initialization_check_matrix(scheme, shape, errors))
        return false;
    size = shape->dims[0] > shape->dims[1] ? shape->dims[0] : shape->dims[1];
    if (size <= SIZE_MAX_ROWS)
        return true;
    REPORT_AT(errors, ERROR_LIMIT, scheme, NULL,
              "a matrix with %" PRId64 " rows or columns is too large to be made"
              " orthogonal, the limit is %d",
              size, SIZE_MAX_ROWS);
    return error_list_hint(errors, "Choose IsotropicGaussian or Uniform for matrices of this size.");
}

/* The reflection that maps x (n) to a multiple of the first unit vector: leaves the vector with head 1 in x,
 * returns tau, and the multiple in out_head. */
static double reflect(double *x, int64_t n, double *out_head)
{
    double square = 0, norm;
    const double head = x[0];

    for (int64_t i = 1; i < n; i++)
        square += x[i] * x[i];
    *out_head = head;
    x[0] = 1;
    if (square == 0)
        return 0;
    norm = sqrt(head * head + square);
    *out_head = head > 0 ? -norm : norm;
    for (int64_t i = 1; i < n; i++)
        x[i] /= head - *out_head;
    return (*out_head - head) / *out_head;
}

enum { LANES = 8 }; /* independent partial sums, so that the loop vectorises */

static double dot_product(const double *restrict a, const double *restrict b, int64_t n)
{
    double lanes[LANES] = { 0 }, sum = 0;
    int64_t i = 0;

    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++)
            lanes[k] += a[i + k] * b[i + k];
    for (; i < n; i++)
        sum += a[i] * b[i];
    for (int k = 0; k < LANES; k++)
        sum += lanes[k];
    return sum;
}

/* row -= factor v */
static void subtract_multiple(const double *restrict v, double factor, double *restrict row, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        row[i] -= factor * v[i];
}

/* row -= tau (v . row) v */
static void apply_reflection(const double *v, double tau, double *row, int64_t n)
{
    subtract_multiple(v, tau * dot_product(v, row, n), row, n);
}

/* Draws a gaussian matrix; leaves Q times the signs in `q` (n, n), TRANSPOSED: row j is column j.
 * `work` holds n n + 2 n numbers. */
static void draw_orthogonal(struct random_state *random, int64_t n, double *q, double *work)
{
    double *columns = work, *tau = work + n * n, *diagonal = tau + n; /* columns: row j is column j */

    for (int64_t row = 0; row < n; row++)
        for (int64_t column = 0; column < n; column++)
            columns[column * n + row] = random_gauss(random);
    for (int64_t j = 0; j < n; j++) {
        double *v = columns + j * n + j;

        tau[j] = reflect(v, n - j, &diagonal[j]);
        for (int64_t k = j + 1; k < n; k++)
            apply_reflection(v, tau[j], columns + k * n + j, n - j);
    }
    for (int64_t i = 0; i < n * n; i++)
        q[i] = i % (n + 1) == 0;
    for (int64_t j = n; j-- > 0;)
        for (int64_t k = j; k < n; k++)
            apply_reflection(columns + j * n + j, tau[j], q + k * n + j, n - j);
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; diagonal[j] < 0 && i < n; i++)
            q[j * n + i] = -q[j * n + i];
}

static void transpose(double *matrix, int64_t n)
{
    for (int64_t row = 0; row < n; row++)
        for (int64_t column = 0; column < row; column++) {
            const double other = matrix[row * n + column];

            matrix[row * n + column] = matrix[column * n + row];
            matrix[column * n + row] = other;
        }
}

/* out = first (rows, inner) second (inner, columns) scale; `first` is transposed, `sums` holds one row. */
static void store_product(const struct tensor *out, const double *first, const double *second, double scale,
                          double *sums)
{
    const int64_t rows = out->shape.dims[0], columns = out->shape.dims[1];
    const int64_t inner = rows < columns ? rows : columns;

    for (int64_t row = 0; row < rows; row++) {
        for (int64_t column = 0; column < columns; column++)
            sums[column] = 0;
        for (int64_t k = 0; k < inner; k++)
            subtract_multiple(second + k * columns, -first[k * rows + row], sums, columns);
        for (int64_t column = 0; column < columns; column++)
            initialization_store(out, row * columns + column, sums[column] * scale);
    }
}

static bool orthogonal_generate(const struct component *scheme, struct random_state *random,
                                const struct tensor *out, struct error *err)
{
    const struct orthogonal *self = scheme->settings;
    const int64_t rows = out->shape.dims[0], columns = out->shape.dims[1];
    const int64_t size = rows > columns ? rows : columns;
    const size_t bytes = (size_t)(size * size) * sizeof(double);
    double *first = memory_try_aligned(bytes), *second = memory_try_aligned(bytes);
    double *work = memory_try_aligned(bytes + 2 * (size_t)size * sizeof(double));
    const bool allocated = first && second && work;

    if (!allocated) {
        RAISE(err, ERROR_MEMORY, NULL, "no memory for an orthogonal matrix of size %" PRId64, size);
        goto done;
    }
    draw_orthogonal(random, rows, first, work);
    if (rows == columns) {
        for (int64_t i = 0; i < rows * columns; i++)
            initialization_store(out, i, first[i % columns * rows + i / columns] * self->scale);
        goto done;
    }
    draw_orthogonal(random, columns, second, work);
    transpose(second, columns);
    store_product(out, first, second, self->scale, work);
done:
    free(first);
    free(second);
    free(work);
    return allocated;
}

const struct initialization_type orthogonal_initialization_type = {
    .component = { .name = "Orthogonal",
                   .about = "Draws a matrix whose rows or columns are orthogonal.",
                   .params = params,
                   .settings_size = sizeof(struct orthogonal) },
    .check = orthogonal_check,
    .generate = orthogonal_generate,
};
