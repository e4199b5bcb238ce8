/* tests/fuzz/npy.c -- any bytes as an npy file; what was read is written and read back. */
#include <string.h>

#include "engine/data/npy.h"
#include "tests/fuzz/array_use.h"

static bool read_array(const void *bytes, size_t size, struct array *out, struct error *err)
{
    struct byte_reader *reader = byte_reader_new(bytes, size, BYTES_PLAIN);
    const bool good = npy_read(reader, DATASET_BYTES_MAX, out, err);

    byte_reader_free(reader);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct array array, again;
    struct text file = { 0 };
    struct error err = { 0 };

    if (!read_array(data, size, &array, &err)) {
        FUZZ_CHECK(err.code != ERROR_NONE && err.message[0]);
        return 0;
    }
    array_use(&array);
    npy_header_write(array.tensor.dtype, &array.tensor.shape, &file);
    FUZZ_CHECK(file.length % 64 == 0);
    text_add_n(&file, array.tensor.data, tensor_bytes(&array.tensor));
    FUZZ_CHECK(read_array(file.bytes, file.length, &again, &err));
    FUZZ_CHECK(shape_equal(&array.tensor.shape, &again.tensor.shape) &&
               array.tensor.dtype == again.tensor.dtype);
    FUZZ_CHECK(memcmp(array.tensor.data, again.tensor.data, tensor_bytes(&array.tensor)) == 0);
    array_fini(&again);
    array_fini(&array);
    text_fini(&file);
    return 0;
}
