/* engine/checkpoint/npz_writer.h -- NumPy's savez: a zip of .npy arrays, stored as they are.
 *
 * Produced twice from the same arrays: once to learn size and digest, once into the archive, so that no
 * array is copied.  Equal arrays give equal bytes: no times are stored. */
#ifndef ENGINE_CHECKPOINT_NPZ_WRITER_H
#define ENGINE_CHECKPOINT_NPZ_WRITER_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/tensor/tensor.h"

struct named_tensor {
    const char *name; /* without ".npy" */
    struct tensor tensor;
};

/* Takes the next bytes of the file. */
typedef bool npz_put_fn(void *context, const void *bytes, size_t length, struct error *err);

bool npz_write(const struct named_tensor *arrays, size_t count, npz_put_fn *put, void *context,
               struct error *err);

#endif
