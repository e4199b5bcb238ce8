/* engine/base/random.h -- NumPy's legacy RandomState: MT19937 with the legacy distributions.
 *
 * A seed of Blocks or Fuel gives their numbers, bit for bit.  Not thread-safe: one per owner.
 * Source of the generator: Matsumoto and Nishimura 1998; of the distributions: NumPy 1.x `mtrand`. */
#ifndef ENGINE_BASE_RANDOM_H
#define ENGINE_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random_state {
    uint32_t key[624];
    int32_t position; /* 0 to 624 */
    bool has_gauss;   /* the second half of a polar pair waits in `gauss` */
    double gauss;
};

void random_seed(struct random_state *random, uint32_t seed);
uint32_t random_uint32(struct random_state *random);
double random_double(struct random_state *random);                           /* [0, 1) */
double random_uniform(struct random_state *random, double low, double high); /* [low, high) */
double random_gauss(struct random_state *random);                    /* standard normal, polar method */
uint32_t random_interval(struct random_state *random, uint32_t max); /* [0, max], by masked rejection */
uint64_t random_interval64(struct random_state *random,
                           uint64_t max);                         /* NumPy's choice between 32 and 64 bits */
int64_t random_randint(struct random_state *random, int64_t end); /* randint(end): [0, end) */
void random_shuffle(struct random_state *random, int64_t *items, size_t count);
void random_permutation(struct random_state *random, int64_t *out,
                        size_t count); /* shuffled 0 .. count - 1 */
/* Legacy binomial by inversion: n * min(p, 1 - p) is at most 30.  Dropout draws with n = 1. */
int64_t random_binomial(struct random_state *random, int64_t n, double p);

#endif
