/* engine/base/random_distribution.c -- NumPy's legacy distributions; see random.h. */
#include <assert.h>
#include <math.h>

#include "engine/base/random.h"

double random_uniform(struct random_state *random, double low, double high)
{
    return low + (high - low) * random_double(random);
}

double random_gauss(struct random_state *random)
{
    double x1, x2, square, factor;

    if (random->has_gauss) {
        double kept = random->gauss;

        random->has_gauss = false;
        random->gauss = 0.0;
        return kept;
    }
    do {
        x1 = 2.0 * random_double(random) - 1.0;
        x2 = 2.0 * random_double(random) - 1.0;
        square = x1 * x1 + x2 * x2;
    } while (square >= 1.0 || square == 0.0);
    factor = sqrt(-2.0 * log(square) / square);
    random->gauss = factor * x1;
    random->has_gauss = true;
    return factor * x2;
}

/* Counts along the cumulative distribution; `p` is at most one half and `n * p` at most 30. */
static int64_t binomial_inversion(struct random_state *random, int64_t n, double p)
{
    double q = 1.0 - p, first = exp((double)n * log(q)), mean = (double)n * p;
    double limit = mean + 10.0 * sqrt(mean * q + 1.0);
    int64_t bound = (double)n < limit ? n : (int64_t)limit, count = 0;
    double chance = first, left = random_double(random);

    while (left > chance) {
        count++;
        if (count > bound) {
            count = 0;
            chance = first;
            left = random_double(random);
        } else {
            left -= chance;
            chance = ((double)(n - count + 1) * p * chance) / ((double)count * q);
        }
    }
    return count;
}

int64_t random_binomial(struct random_state *random, int64_t n, double p)
{
    assert(n >= 0 && p >= 0.0 && p <= 1.0 && (double)n * fmin(p, 1.0 - p) <= 30.0);
    if (n == 0 || p == 0.0)
        return 0; /* Nothing is drawn. */
    return p <= 0.5 ? binomial_inversion(random, n, p) : n - binomial_inversion(random, n, 1.0 - p);
}
