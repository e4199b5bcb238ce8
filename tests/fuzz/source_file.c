/* tests/fuzz/source_file.c -- any bytes as one source: npy or IDX, plain or gzipped. */
#include "engine/data/dataset_file.h"
#include "tests/fuzz/array_use.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct array array;
    struct error err = { 0 };

    if (source_read(data, size, &array, &err)) {
        array_use(&array);
        array_fini(&array);
    } else {
        FUZZ_CHECK(err.code != ERROR_NONE && err.message[0]);
    }
    return 0;
}
