/* tests/fuzz/fuzz.h -- what every harness offers, and how it says that something is wrong.
 *
 * A harness is run by libFuzzer (preset "fuzz": build-fuzz/fuzz/NAME tests/fuzz/corpus/NAME), and by the
 * ordinary tests over the inputs kept in its corpus. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FUZZ_CHECK(condition)                                                                                \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                          \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
