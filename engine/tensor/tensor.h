/* engine/tensor/tensor.h -- dtypes, shapes, and views of dense row-major arrays.
 *
 * A tensor is a view: it does not own its data and is passed by value or by const pointer.
 * Data are contiguous in row-major order and aligned to 64 bytes wherever the engine plans memory. */
#ifndef ENGINE_TENSOR_TENSOR_H
#define ENGINE_TENSOR_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One list makes the enum, the names (NumPy's), the sizes and the npy type codes. */
#define DTYPES(X)                                                                                            \
    X(DTYPE_FLOAT32, "float32", 4, "f4")                                                                     \
    X(DTYPE_FLOAT64, "float64", 8, "f8")                                                                     \
    X(DTYPE_BOOL, "bool", 1, "b1")                                                                           \
    X(DTYPE_UINT8, "uint8", 1, "u1")                                                                         \
    X(DTYPE_INT8, "int8", 1, "i1")                                                                           \
    X(DTYPE_UINT16, "uint16", 2, "u2")                                                                       \
    X(DTYPE_INT16, "int16", 2, "i2")                                                                         \
    X(DTYPE_UINT32, "uint32", 4, "u4")                                                                       \
    X(DTYPE_INT32, "int32", 4, "i4")                                                                         \
    X(DTYPE_INT64, "int64", 8, "i8")

enum dtype {
#define X(dtype, name, bytes, npy) dtype,
    DTYPES(X)
#undef X
        DTYPE_COUNT
};

const char *dtype_name(enum dtype dtype);
size_t dtype_bytes(enum dtype dtype);
const char *dtype_npy(enum dtype dtype); /* without the byte-order mark */
bool dtype_parse(const char *name, enum dtype *out);
static inline bool dtype_is_real(enum dtype dtype)
{
    return dtype <= DTYPE_FLOAT64;
}

enum { TENSOR_RANK_MAX = 8 };

struct shape {
    int rank;                      /* 0 is a scalar */
    int64_t dims[TENSOR_RANK_MAX]; /* each >= 0 */
};

struct shape shape_of(int rank, ...); /* int64_t dims */
bool shape_equal(const struct shape *a, const struct shape *b);
/* Number of elements; false when the product passes INT64_MAX / 8. */
bool shape_count(const struct shape *shape, int64_t *out);
int64_t shape_elements(const struct shape *shape); /* of a shape known to be in bounds */
enum { SHAPE_TEXT_BYTES = 128 };
const char *shape_text(const struct shape *shape,
                       char out[SHAPE_TEXT_BYTES]); /* "(128, 784)", "(3,)", "()" */

struct tensor {
    enum dtype dtype;
    struct shape shape;
    void *data;
};

static inline int64_t tensor_elements(const struct tensor *tensor)
{
    return shape_elements(&tensor->shape);
}
size_t tensor_bytes(const struct tensor *tensor);
/* Element `index` in row-major order as a double; any dtype. */
double tensor_read(const struct tensor *tensor, int64_t index);
void tensor_write(const struct tensor *tensor, int64_t index, double value);
/* out[i] = (out's dtype) in[i]; the shapes have the same number of elements; vectorised for the common pairs.
 */
void tensor_convert(const struct tensor *in, const struct tensor *out);

#endif
