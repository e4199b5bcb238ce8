/* tests/fuzz/dataset_file.c -- any bytes as a dataset: npz or CSV; CSV with and without a target
 * column. */
#include "engine/data/dataset_file.h"
#include "engine/data/hdf5.h"
#include "tests/fuzz/array_use.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const targets[] = { NULL, "-1", "class" };

    if (hdf5_guess(data, size))
        return 0; /* libhdf5 trusts its files; the service calls it in a process of its own */
    for (size_t i = 0; i < COUNT(targets); i++) {
        struct dataset *dataset;
        struct error err = { 0 };

        if (dataset_read(data, size, targets[i], &dataset, &err)) {
            dataset_use(dataset);
            dataset_unref(dataset);
        } else {
            FUZZ_CHECK(err.code != ERROR_NONE && err.message[0]);
        }
    }
    return 0;
}
