/* engine/tensor/blas.c -- see blas.h. */
#include "engine/tensor/blas.h"

#include <cblas.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/memory.h"
#include "engine/tensor/blas_self_test.h"
#include "engine/tensor/blocked_product.h"
#include "engine/tensor/kernels.h"

/* ---- Start ---- */

/* OpenBLAS reads this when it chooses its kernels: when it is loaded, and in gotoblas_dynamic_init. */
static const char core_variable[] = "OPENBLAS_CORETYPE";

typedef void library_fn(void);

static library_fn *library_function(const char *name)
{
    void *address = dlsym(RTLD_DEFAULT, name);
    library_fn *function;

    memcpy(&function, &address, sizeof function);
    return function;
}

static const char *core_for_this_cpu(void)
{
    switch (kernel_level_best()) {
    case KERNEL_X86_64_V4:
        return "SkylakeX";
    case KERNEL_X86_64_V3:
        return "Haswell";
    default:
        return NULL; /* the library's own choice */
    }
}

/* Lets the library choose again with `core`, or by itself; false when it offers no such thing. */
static bool choose_core(const char *core)
{
    library_fn *quit = library_function("gotoblas_dynamic_quit");
    library_fn *init = library_function("gotoblas_dynamic_init");
    char *outside = memory_text(getenv(core_variable));

    if (quit && init) {
        if (core)
            setenv(core_variable, core, 1);
        else
            unsetenv(core_variable);
        quit();
        init();
        if (outside)
            setenv(core_variable, outside, 1);
        else
            unsetenv(core_variable);
    }
    free(outside);
    return quit && init;
}

/* The library's own threads have nothing to do, but go on looking for it, on a processor each, for some
 * hundredths of a second after they were started. */
static void end_library_threads(void)
{
    int (*shutdown)(void) = (int (*)(void))library_function("blas_thread_shutdown_");

    if (shutdown)
        shutdown();
}

bool blas_start(const char *core, struct error *err)
{
    enum { PTHREAD_BUILD = 1 };
    char version[BLAS_VERSION_BYTES];

    if (openblas_get_parallel() != PTHREAD_BUILD) {
        RAISE(err, ERROR_UNAVAILABLE, NULL, "the OpenBLAS library is not its pthread build");
        return error_hint(err, "Install libopenblas0-pthread and choose it with update-alternatives.");
    }
    if (!choose_core(core ? core : core_for_this_cpu()) && core)
        return RAISE(err, ERROR_UNAVAILABLE, NULL, "this OpenBLAS library cannot change its kernels to '%s'",
                     core);
    if (core && strcasecmp(core, blas_core()) != 0) {
        RAISE(err, ERROR_INVALID_VALUE, NULL, "OpenBLAS has no kernels called '%s'", core);
        return error_hint(err, "Names are those of OPENBLAS_CORETYPE: SkylakeX, Haswell, Zen, Sandybridge.");
    }
    openblas_set_num_threads(1);
    end_library_threads();
    if (!blas_self_test())
        return RAISE(err, ERROR_UNAVAILABLE, NULL, "%s (%s) gives wrong products when two threads use it",
                     blas_version(version), blas_core());
    return true;
}

const char *blas_core(void)
{
    return openblas_get_corename();
}

const char *blas_version(char out[BLAS_VERSION_BYTES])
{
    char name[BLAS_VERSION_BYTES / 2 - 1], number[BLAS_VERSION_BYTES / 2 - 1];

    if (sscanf(openblas_get_config(), "%18s %18s", name, number) != 2)
        snprintf(out, BLAS_VERSION_BYTES, "OpenBLAS");
    else
        snprintf(out, BLAS_VERSION_BYTES, "%s %s", name, number);
    return out;
}

/* ---- Products ---- */

/* How a transposed a is stored. */
static int64_t a_columns(const struct product *p)
{
    return p->a_columns ? p->a_columns : p->m;
}

#define VECTOR_PRODUCT(real, prefix)                                                                         \
    static void prefix##_vector_product(bool transpose, int64_t rows, int64_t columns, const void *matrix,   \
                                        int64_t stride, const void *vector, bool accumulate, void *out)      \
    {                                                                                                        \
        cblas_##prefix##gemv(CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, (blasint)rows,            \
                             (blasint)columns, 1, matrix, (blasint)stride, vector, 1, accumulate ? 1 : 0,    \
                             out, 1);                                                                        \
    }
VECTOR_PRODUCT(float, s)
VECTOR_PRODUCT(double, d)
#undef VECTOR_PRODUCT

static int64_t c_columns(const struct product *p)
{
    return p->c_columns ? p->c_columns : p->n;
}

/* A column or a row as result: a matrix times a vector, which needs no packing. */
static bool product_with_vector(const struct product *p, const void *a, const void *b, void *c)
{
    const bool column = p->n == 1;
    /* The matrix as it is stored, and whether its transpose is what the vector is multiplied with. */
    const void *matrix = column ? a : b, *vector = column ? b : a;
    const bool transpose = column ? p->transpose_a : !p->transpose_b;
    const int64_t results = column ? p->m : p->n;
    const int64_t rows = transpose ? p->k : results, columns = transpose ? results : p->k;
    const int64_t stride = column && p->transpose_a ? a_columns(p) : columns;

    if ((p->n != 1 && p->m != 1) || c_columns(p) != p->n || (!column && p->transpose_a && a_columns(p) != 1))
        return false;
    if (p->dtype == DTYPE_FLOAT32)
        s_vector_product(transpose, rows, columns, matrix, stride, vector, p->accumulate, c);
    else
        d_vector_product(transpose, rows, columns, matrix, stride, vector, p->accumulate, c);
    return true;
}

/* OpenBLAS' AVX-512 kernels multiply small matrices without packing them first, up to this many
 * multiplications.  A larger product with a small right side runs faster as several small ones (measured: 1.2
 * to 1.6 times), as long as these keep enough rows, fewer where the columns fill vectors; not so when only
 * the right side is transposed. */
enum { SMALL_PRODUCT = 1000000, SMALL_ROWS_MIN = 48, SMALL_ROWS_MIN_VECTORS = 16, ROWS_UNIT = 16 };

/* Also false where somebody asked for other kernels. */
static bool uses_widest_kernels(void)
{
    return strcmp(blas_core(), "SkylakeX") == 0;
}

static int64_t small_rows(const struct product *p)
{
    const double per_row = (double)p->n * (double)p->k;
    const int64_t rows_min = p->n % ROWS_UNIT == 0 ? SMALL_ROWS_MIN_VECTORS : SMALL_ROWS_MIN;
    int64_t rows_max, parts, rows, rounded;

    if ((double)p->m * per_row <= SMALL_PRODUCT || SMALL_PRODUCT / per_row < (double)rows_min ||
        (p->transpose_b && !p->transpose_a) || !uses_widest_kernels())
        return p->m;
    rows_max = (int64_t)(SMALL_PRODUCT / per_row);
    parts = (p->m + rows_max - 1) / rows_max;
    rows = (p->m + parts - 1) / parts; /* of equal size */
    rounded = (rows + ROWS_UNIT - 1) / ROWS_UNIT * ROWS_UNIT;
    return rounded <= rows_max ? rounded : rows;
}

static void multiply(const struct product *p, const void *a, const void *b, void *c)
{
    const CBLAS_TRANSPOSE ta = p->transpose_a ? CblasTrans : CblasNoTrans;
    const CBLAS_TRANSPOSE tb = p->transpose_b ? CblasTrans : CblasNoTrans;
    const blasint n = (blasint)p->n, k = (blasint)p->k, lda = p->transpose_a ? (blasint)a_columns(p) : k;
    const blasint ldc = (blasint)c_columns(p), ldb = p->transpose_b ? k : ldc;
    const size_t bytes = dtype_bytes(p->dtype), a_row = bytes * (p->transpose_a ? 1 : (size_t)p->k);
    const int64_t rows = small_rows(p);

    for (int64_t row = 0; row < p->m; row += rows) {
        const blasint m = (blasint)(p->m - row < rows ? p->m - row : rows);
        const void *from = (const char *)a + (size_t)row * a_row;
        void *to = (char *)c + (size_t)row * (size_t)ldc * bytes;

        if (p->dtype == DTYPE_FLOAT32)
            cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, 1, from, lda, b, ldb, p->accumulate ? 1 : 0, to, ldc);
        else
            cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, 1, from, lda, b, ldb, p->accumulate ? 1 : 0, to, ldc);
    }
}

void blas_product(const struct product *p, const void *a, const void *b, void *c)
{
    if (p->m == 0 || p->n == 0)
        return;
    if (p->k == 0) {
        if (!p->accumulate)
            memset(c, 0, (size_t)p->m * (size_t)p->n * dtype_bytes(p->dtype));
        return;
    }
    if (product_with_vector(p, a, b, c))
        return;
    if (!uses_widest_kernels() || !blocked_product(p, a, b, c))
        multiply(p, a, b, c);
}

int64_t blas_rows_at_once(const struct product *p, int64_t most)
{
    if (p->m <= 1 || p->n <= 1 || p->k == 0 || !uses_widest_kernels())
        return 0;
    return blocked_product_rows(p, most);
}
