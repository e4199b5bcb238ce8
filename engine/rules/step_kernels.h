/* engine/rules/step_kernels.h -- the passes over flat vectors that step rules are made of.
 *
 * One source (step_kernels_of_dtype.h) compiled for float32 and float64, and for each instruction set.
 * Numbers given as double are rounded to the dtype once, before the loop; sums are taken in double, in an
 * order that depends only on n. Vectors do not overlap.
 *
 * Kernels with `squares` add the sum of s^2 to it in the same pass, unless it is NULL: in the dtype, in an
 * order that depends only on n, so that n is at most STEP_SQUARES_MAX then. */
#ifndef ENGINE_RULES_STEP_KERNELS_H
#define ENGINE_RULES_STEP_KERNELS_H

#include "engine/tensor/kernels.h"

enum { STEP_SQUARES_MAX = 8192 };

struct step_kernels {
    /* p -= s */
    void (*update)(int64_t n, const void *s, void *p);
    /* s *= rate;  p -= rate s */
    void (*scale)(int64_t n, void *s, double rate);
    void (*scale_update)(int64_t n, const void *s, void *p, double rate, double *squares);
    /* v = momentum v + rate s; s = v;  p -= v */
    void (*momentum)(int64_t n, void *s, void *v, double rate, double momentum);
    void (*momentum_update)(int64_t n, const void *s, void *v, void *p, double rate, double momentum,
                            double *squares);
    /* g = rate s; s = momentum^2 v + (1 + momentum) g; v = momentum v + g */
    void (*nesterov)(int64_t n, void *s, void *v, double rate, double momentum);
    /* g = decay g + (1 - decay) s^2; s = sqrt(x + epsilon) / sqrt(g + epsilon) s; x = decay x + (1 - decay)
     * s^2 */
    void (*ada_delta)(int64_t n, void *s, void *g, void *x, double decay, double epsilon);
    /* g = decay g + (1 - decay) s^2; s = rate (s / max(sqrt(g), floor)) */
    void (*rms_prop)(int64_t n, void *s, void *g, double decay, double floor, double rate);
    /* q += s^2; s = rate s / (sqrt(q) + epsilon) */
    void (*ada_grad)(int64_t n, void *s, void *q, double rate, double epsilon);
    /* m = beta1 m + (1 - beta1) s; w = beta2 w + (1 - beta2) s^2; s = rate m / (sqrt(w) + epsilon);  p -=
     * that */
    void (*adam)(int64_t n, void *s, void *m, void *w, double beta1, double beta2, double rate,
                 double epsilon);
    void (*adam_update)(int64_t n, const void *s, void *m, void *w, void *p, double beta1, double beta2,
                        double rate, double epsilon, double *squares);
    /* s = factor p */
    void (*replace)(int64_t n, void *s, const void *p, double factor);
    double (*sum)(int64_t n, const void *s);
    double (*sum_squares)(int64_t n, const void *s);
    /* The sum of (p - s)^2; the same added element by element to `sums`. */
    double (*sum_squares_difference)(int64_t n, const void *p, const void *s);
    void (*add_squares_difference)(int64_t n, const void *p, const void *s, double *sums);
    /* Where norm > threshold: s = p - (threshold / norm) (p - s); one norm for all, or one for each. */
    void (*clip)(int64_t n, const void *p, void *s, double norm, double threshold);
    void (*clip_each)(int64_t n, const void *p, void *s, const double *norms, double threshold);
};

/* The best ones of this CPU; those of one level, NULL when this CPU does not have it.  All levels give the
 * same bits. */
const struct step_kernels *step_kernels_of(enum dtype dtype); /* float32 or float64 */
const struct step_kernels *step_kernels_at(enum kernel_level level, enum dtype dtype);

#endif
