/* engine/base/random.c -- MT19937 and what is drawn from it alone; see random.h. */
#include "engine/base/random.h"

#include <assert.h>

enum { KEYS = 624, MIDDLE = 397 };

void random_seed(struct random_state *random, uint32_t seed)
{
    *random = (struct random_state){ .position = KEYS };
    random->key[0] = seed;
    for (uint32_t i = 1; i < KEYS; i++) {
        uint32_t before = random->key[i - 1];

        random->key[i] = 1812433253u * (before ^ before >> 30) + i;
    }
}

static uint32_t twist(uint32_t upper, uint32_t lower)
{
    uint32_t mixed = (upper & 0x80000000u) | (lower & 0x7fffffffu);

    return mixed >> 1 ^ (-(mixed & 1u) & 0x9908b0dfu);
}

static void random_refill(struct random_state *random)
{
    uint32_t *key = random->key;

    for (size_t i = 0; i < KEYS - MIDDLE; i++)
        key[i] = key[i + MIDDLE] ^ twist(key[i], key[i + 1]);
    for (size_t i = KEYS - MIDDLE; i < KEYS - 1; i++)
        key[i] = key[i + MIDDLE - KEYS] ^ twist(key[i], key[i + 1]);
    key[KEYS - 1] = key[MIDDLE - 1] ^ twist(key[KEYS - 1], key[0]);
    random->position = 0;
}

uint32_t random_uint32(struct random_state *random)
{
    uint32_t bits;

    if (random->position == KEYS)
        random_refill(random);
    bits = random->key[random->position++];
    bits ^= bits >> 11;
    bits ^= bits << 7 & 0x9d2c5680u;
    bits ^= bits << 15 & 0xefc60000u;
    return bits ^ bits >> 18;
}

double random_double(struct random_state *random)
{
    uint32_t high = random_uint32(random) >> 5, low = random_uint32(random) >> 6;

    return (high * 67108864.0 + low) / 9007199254740992.0;
}

/* The smallest 2^k - 1 that is at least `max`. */
static uint64_t mask_of(uint64_t max)
{
    return max ? UINT64_MAX >> __builtin_clzll(max) : 0;
}

uint32_t random_interval(struct random_state *random, uint32_t max)
{
    return (uint32_t)random_interval64(random, max);
}

uint64_t random_interval64(struct random_state *random, uint64_t max)
{
    uint64_t mask = mask_of(max), drawn;

    if (max == 0)
        return 0; /* Nothing is drawn. */
    do {
        drawn = random_uint32(random);
        if (max > UINT32_MAX)
            drawn = drawn << 32 | random_uint32(random);
        drawn &= mask;
    } while (drawn > max);
    return drawn;
}

int64_t random_randint(struct random_state *random, int64_t end)
{
    assert(end > 0);
    return (int64_t)random_interval64(random, (uint64_t)end - 1);
}

void random_shuffle(struct random_state *random, int64_t *items, size_t count)
{
    for (size_t i = count; i-- > 1;) {
        size_t other = (size_t)random_interval64(random, i);
        int64_t item = items[i];

        items[i] = items[other];
        items[other] = item;
    }
}

void random_permutation(struct random_state *random, int64_t *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (int64_t)i;
    random_shuffle(random, out, count);
}
