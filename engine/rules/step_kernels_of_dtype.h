/* engine/rules/step_kernels_of_dtype.h -- the loops of step_kernels.h for one dtype.
 *
 * Included by step_kernels.c with REAL the C type, SQRT its square root, KERNEL(name) the name of a function
 * and STEP_KERNELS that of the table.  Every loop must vectorise: no calls into libm, no branches that stay,
 * separate restrict pointers. */

enum {
    KERNEL(LANES) = 16
}; /* independent partial sums: the order of a sum does not depend on the instruction set */

/* The squares of some steps, each lane those of every 64th element: at most 128 of them, so that float32 sums
 * stay precise. */
enum { KERNEL(SQUARE_LANES) = 64 };

static double KERNEL(sum_square_lanes)(REAL *lanes)
{
    for (int width = KERNEL(SQUARE_LANES) / 2; width > 0; width /= 2)
        for (int k = 0; k < width; k++)
            lanes[k] += lanes[k + width];
    return (double)lanes[0];
}

/* A statement for every i below n; adds the squares of step[i] to *squares unless that is NULL. */
#define EACH_AND_SQUARES(n, step, squares, statement)                                                        \
    do {                                                                                                     \
        REAL lanes[KERNEL(SQUARE_LANES)] = { 0 };                                                            \
        int64_t first = 0;                                                                                   \
                                                                                                             \
        for (; (squares) && first + KERNEL(SQUARE_LANES) <= (n); first += KERNEL(SQUARE_LANES)) {            \
            _Pragma("omp simd") for (int k = 0; k < KERNEL(SQUARE_LANES); k++)                               \
            {                                                                                                \
                const int64_t i = first + k;                                                                 \
                                                                                                             \
                lanes[k] += (step)[i] * (step)[i];                                                           \
                statement;                                                                                   \
            }                                                                                                \
        }                                                                                                    \
        for (int64_t i = first; (squares) && i < (n); i++)                                                   \
            lanes[i - first] += (step)[i] * (step)[i];                                                       \
        for (int64_t i = first; i < (n); i++)                                                                \
            statement;                                                                                       \
        if (squares)                                                                                         \
            *(squares) += KERNEL(sum_square_lanes)(lanes);                                                   \
    } while (0)

static void KERNEL(update)(int64_t n, const void *s, void *p)
{
    const REAL *restrict step = s;
    REAL *restrict parameter = p;

    for (int64_t i = 0; i < n; i++)
        parameter[i] -= step[i];
}

static void KERNEL(scale)(int64_t n, void *s, double rate)
{
    REAL *restrict step = s;
    const REAL factor = (REAL)rate;

    for (int64_t i = 0; i < n; i++)
        step[i] *= factor;
}

static void KERNEL(scale_update)(int64_t n, const void *s, void *p, double rate, double *squares)
{
    const REAL *restrict step = s;
    REAL *restrict parameter = p;
    const REAL factor = (REAL)rate;

    EACH_AND_SQUARES(n, step, squares, parameter[i] -= factor * step[i]);
}

static void KERNEL(momentum)(int64_t n, void *s, void *v, double rate, double momentum)
{
    REAL *restrict step = s;
    REAL *restrict velocity = v;
    const REAL factor = (REAL)rate, keep = (REAL)momentum;

    for (int64_t i = 0; i < n; i++) {
        velocity[i] = keep * velocity[i] + factor * step[i];
        step[i] = velocity[i];
    }
}

static void KERNEL(momentum_update)(int64_t n, const void *s, void *v, void *p, double rate, double momentum,
                                    double *squares)
{
    const REAL *restrict step = s;
    REAL *restrict velocity = v;
    REAL *restrict parameter = p;
    const REAL factor = (REAL)rate, keep = (REAL)momentum;

    EACH_AND_SQUARES(n, step, squares, {
        velocity[i] = keep * velocity[i] + factor * step[i];
        parameter[i] -= velocity[i];
    });
}

static void KERNEL(nesterov)(int64_t n, void *s, void *v, double rate, double momentum)
{
    REAL *restrict step = s;
    REAL *restrict velocity = v;
    const REAL factor = (REAL)rate, keep = (REAL)momentum;
    const REAL ahead = keep * keep, now = 1 + keep;

    for (int64_t i = 0; i < n; i++) {
        const REAL scaled = factor * step[i];

        step[i] = ahead * velocity[i] + now * scaled;
        velocity[i] = keep * velocity[i] + scaled;
    }
}

static void KERNEL(ada_delta)(int64_t n, void *s, void *g, void *x, double decay, double epsilon)
{
    REAL *restrict step = s;
    REAL *restrict mean_square_step = g;
    REAL *restrict mean_square_change = x;
    const REAL keep = (REAL)decay, add = 1 - keep, small = (REAL)epsilon;

    for (int64_t i = 0; i < n; i++) {
        const REAL square = keep * mean_square_step[i] + add * (step[i] * step[i]);
        const REAL change = SQRT(mean_square_change[i] + small) / SQRT(square + small) * step[i];

        mean_square_step[i] = square;
        mean_square_change[i] = keep * mean_square_change[i] + add * (change * change);
        step[i] = change;
    }
}

static void KERNEL(rms_prop)(int64_t n, void *s, void *g, double decay, double floor, double rate)
{
    REAL *restrict step = s;
    REAL *restrict mean_square = g;
    const REAL keep = (REAL)decay, add = 1 - keep, least = (REAL)floor, factor = (REAL)rate;

    for (int64_t i = 0; i < n; i++) {
        const REAL square = keep * mean_square[i] + add * (step[i] * step[i]);
        const REAL root = SQRT(square);
        const REAL divisor = root < least ? least : root; /* a NaN stays */

        mean_square[i] = square;
        step[i] = factor * (step[i] / divisor);
    }
}

static void KERNEL(ada_grad)(int64_t n, void *s, void *q, double rate, double epsilon)
{
    REAL *restrict step = s;
    REAL *restrict sum_square = q;
    const REAL factor = (REAL)rate, small = (REAL)epsilon;

    for (int64_t i = 0; i < n; i++) {
        sum_square[i] += step[i] * step[i];
        step[i] = factor * step[i] / (SQRT(sum_square[i]) + small);
    }
}

static void KERNEL(adam)(int64_t n, void *s, void *m, void *w, double beta1, double beta2, double rate,
                         double epsilon)
{
    REAL *restrict step = s;
    REAL *restrict mean = m;
    REAL *restrict variance = w;
    const REAL keep_mean = (REAL)beta1, add_mean = 1 - keep_mean;
    const REAL keep_variance = (REAL)beta2, add_variance = 1 - keep_variance;
    const REAL factor = (REAL)rate, small = (REAL)epsilon;

    for (int64_t i = 0; i < n; i++) {
        mean[i] = keep_mean * mean[i] + add_mean * step[i];
        variance[i] = keep_variance * variance[i] + add_variance * (step[i] * step[i]);
        step[i] = factor * mean[i] / (SQRT(variance[i]) + small);
    }
}

static void KERNEL(adam_update)(int64_t n, const void *s, void *m, void *w, void *p, double beta1,
                                double beta2, double rate, double epsilon, double *squares)
{
    const REAL *restrict step = s;
    REAL *restrict mean = m;
    REAL *restrict variance = w;
    REAL *restrict parameter = p;
    const REAL keep_mean = (REAL)beta1, add_mean = 1 - keep_mean;
    const REAL keep_variance = (REAL)beta2, add_variance = 1 - keep_variance;
    const REAL factor = (REAL)rate, small = (REAL)epsilon;

    EACH_AND_SQUARES(n, step, squares, {
        mean[i] = keep_mean * mean[i] + add_mean * step[i];
        variance[i] = keep_variance * variance[i] + add_variance * (step[i] * step[i]);
        parameter[i] -= factor * mean[i] / (SQRT(variance[i]) + small);
    });
}

static void KERNEL(replace)(int64_t n, void *s, const void *p, double factor)
{
    REAL *restrict step = s;
    const REAL *restrict parameter = p;
    const REAL share = (REAL)factor;

    for (int64_t i = 0; i < n; i++)
        step[i] = share * parameter[i];
}

static double KERNEL(sum_lanes)(const double *lanes)
{
    double sum = 0;

    for (int k = 0; k < KERNEL(LANES); k++)
        sum += lanes[k];
    return sum;
}

static double KERNEL(sum)(int64_t n, const void *s)
{
    const REAL *restrict step = s;
    double lanes[KERNEL(LANES)] = { 0 };
    int64_t i = 0;

    for (; i + KERNEL(LANES) <= n; i += KERNEL(LANES))
        for (int k = 0; k < KERNEL(LANES); k++)
            lanes[k] += (double)step[i + k];
    for (; i < n; i++)
        lanes[0] += (double)step[i];
    return KERNEL(sum_lanes)(lanes);
}

static double KERNEL(sum_squares)(int64_t n, const void *s)
{
    const REAL *restrict step = s;
    double lanes[KERNEL(LANES)] = { 0 };
    int64_t i = 0;

    for (; i + KERNEL(LANES) <= n; i += KERNEL(LANES))
        for (int k = 0; k < KERNEL(LANES); k++)
            lanes[k] += (double)step[i + k] * (double)step[i + k];
    for (; i < n; i++)
        lanes[0] += (double)step[i] * (double)step[i];
    return KERNEL(sum_lanes)(lanes);
}

static double KERNEL(sum_squares_difference)(int64_t n, const void *p, const void *s)
{
    const REAL *restrict parameter = p;
    const REAL *restrict step = s;
    double lanes[KERNEL(LANES)] = { 0 };
    int64_t i = 0;

    for (; i + KERNEL(LANES) <= n; i += KERNEL(LANES))
        for (int k = 0; k < KERNEL(LANES); k++) {
            const double difference = (double)(REAL)(parameter[i + k] - step[i + k]);

            lanes[k] += difference * difference;
        }
    for (; i < n; i++) {
        const double difference = (double)(REAL)(parameter[i] - step[i]);

        lanes[0] += difference * difference;
    }
    return KERNEL(sum_lanes)(lanes);
}

static void KERNEL(add_squares_difference)(int64_t n, const void *p, const void *s, double *sums)
{
    const REAL *restrict parameter = p;
    const REAL *restrict step = s;
    double *restrict sum = sums;

    for (int64_t i = 0; i < n; i++) {
        const double difference = (double)(REAL)(parameter[i] - step[i]);

        sum[i] += difference * difference;
    }
}

static void KERNEL(clip)(int64_t n, const void *p, void *s, double norm, double threshold)
{
    const REAL *restrict parameter = p;
    REAL *restrict step = s;
    const REAL factor = (REAL)(threshold / norm);

    if (!(norm > threshold))
        return;
    for (int64_t i = 0; i < n; i++)
        step[i] = parameter[i] - factor * (parameter[i] - step[i]);
}

static void KERNEL(clip_each)(int64_t n, const void *p, void *s, const double *norms, double threshold)
{
    const REAL *restrict parameter = p;
    REAL *restrict step = s;
    const double *restrict norm = norms;

    for (int64_t i = 0; i < n; i++) {
        const REAL factor = (REAL)(threshold / norm[i]);
        const REAL clipped = parameter[i] - factor * (parameter[i] - step[i]);

        step[i] = norm[i] > threshold ? clipped : step[i];
    }
}

extern const struct step_kernels STEP_KERNELS;
const struct step_kernels STEP_KERNELS = {
    .update = KERNEL(update),
    .scale = KERNEL(scale),
    .scale_update = KERNEL(scale_update),
    .momentum = KERNEL(momentum),
    .momentum_update = KERNEL(momentum_update),
    .nesterov = KERNEL(nesterov),
    .ada_delta = KERNEL(ada_delta),
    .rms_prop = KERNEL(rms_prop),
    .ada_grad = KERNEL(ada_grad),
    .adam = KERNEL(adam),
    .adam_update = KERNEL(adam_update),
    .replace = KERNEL(replace),
    .sum = KERNEL(sum),
    .sum_squares = KERNEL(sum_squares),
    .sum_squares_difference = KERNEL(sum_squares_difference),
    .add_squares_difference = KERNEL(add_squares_difference),
    .clip = KERNEL(clip),
    .clip_each = KERNEL(clip_each),
};
