/* engine/tensor/counted_random.h -- random numbers that are counted: the n-th of a stream is a hash of its
 * seed and n (Steele, Lea and Flood 2014, SplitMix64), so a stream's whole state is how far it has come. */
#ifndef ENGINE_TENSOR_COUNTED_RANDOM_H
#define ENGINE_TENSOR_COUNTED_RANDOM_H

#include <stdint.h>

static inline uint64_t counted_random(uint64_t seed, uint64_t index)
{
    uint64_t z = seed * UINT64_C(0xd1342543de82ef95) + (index + 1) * UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

#endif
