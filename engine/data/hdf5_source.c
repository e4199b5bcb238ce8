/* engine/data/hdf5_source.c -- see hdf5_source.h. */
#include "engine/data/hdf5_source.h"

#include <string.h>

#include "engine/data/hdf5_type.h"

enum { SCALE_NAME_BYTES = 16, EXPANSION_MAX = 1032 /* of deflate */ };
#define CHUNK_BYTES_MAX ((hsize_t)256 << 20)

bool hdf5_is_scale(hid_t object)
{
    static const char scale[] = "DIMENSION_SCALE";
    char name[SCALE_NAME_BYTES + 1] = { 0 };
    hid_t attribute, type;
    bool found = false;

    if (H5Aexists(object, "CLASS") <= 0)
        return false;
    attribute = H5Aopen(object, "CLASS", H5P_DEFAULT);
    type = H5Aget_type(attribute);
    if (attribute >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
        H5Tget_size(type) <= SCALE_NAME_BYTES && H5Aread(attribute, type, name) >= 0)
        found = strncmp(name, scale, strlen(scale)) == 0;
    H5Tclose(type);
    H5Aclose(attribute);
    return found;
}

/* ---- what is refused before anything is read ---- */

static bool check_filters(hid_t creation, struct error *err)
{
    const int count = H5Pget_nfilters(creation);

    for (int i = 0; i < count; i++) {
        size_t no_values = 0;
        unsigned flags;
        const H5Z_filter_t filter =
            H5Pget_filter2(creation, (unsigned)i, &flags, &no_values, NULL, 0, NULL, NULL);

        if (filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_FLETCHER32)
            continue;
        RAISE(err, ERROR_INVALID_VALUE, NULL, "it is stored with the filter %d", (int)filter);
        return error_hint(err, "Write it without compression, or with gzip.");
    }
    return true;
}

static bool check_chunks(hid_t creation, hid_t object, struct error *err)
{
    hsize_t dims[H5S_MAX_RANK], bytes;
    const int rank = H5Pget_chunk(creation, H5S_MAX_RANK, dims);
    const hid_t type = H5Dget_type(object);

    bytes = H5Tget_size(type);
    H5Tclose(type);
    for (int axis = 0; axis < rank; axis++)
        if (__builtin_mul_overflow(bytes, dims[axis], &bytes))
            bytes = HSIZE_UNDEF;
    if (rank < 0 || bytes > CHUNK_BYTES_MAX)
        return RAISE(err, ERROR_LIMIT, NULL, "its chunks take more than %llu bytes",
                     (unsigned long long)CHUNK_BYTES_MAX);
    return check_filters(creation, err);
}

static bool check_layout(hid_t creation, hid_t object, struct error *err)
{
    switch (H5Pget_layout(creation)) {
    case H5D_COMPACT:
        return true;
    case H5D_CONTIGUOUS:
        return H5Pget_external_count(creation) == 0 ||
               RAISE(err, ERROR_INVALID_VALUE, NULL, "its elements lie in another file");
    case H5D_CHUNKED:
        return check_chunks(creation, object, err);
    case H5D_VIRTUAL:
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "its elements lie in other files");
    case H5D_LAYOUT_ERROR:
    case H5D_NLAYOUTS:
        break;
    }
    return RAISE(err, ERROR_SYNTAX, NULL, "its layout cannot be read");
}

bool hdf5_storage_check(hid_t object, struct error *err)
{
    const hid_t creation = H5Dget_create_plist(object);
    bool good;

    if (creation < 0)
        return RAISE(err, ERROR_SYNTAX, NULL, "its layout cannot be read");
    good = check_layout(creation, object, err);
    H5Pclose(creation);
    return good;
}

/* ---- reading ---- */

static bool read_shape(hid_t object, struct shape *out, struct error *err)
{
    hsize_t dims[H5S_MAX_RANK];
    const hid_t space = H5Dget_space(object);
    const int rank =
        H5Sget_simple_extent_type(space) == H5S_NULL ? -1 : H5Sget_simple_extent_dims(space, dims, NULL);

    H5Sclose(space);
    if (rank < 0)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "it has no elements");
    if (rank > TENSOR_RANK_MAX)
        return RAISE(err, ERROR_LIMIT, NULL, "it has %d axes, more than %d", rank, TENSOR_RANK_MAX);
    out->rank = rank;
    for (int axis = 0; axis < rank; axis++) {
        if (dims[axis] > INT64_MAX / 16)
            return RAISE(err, ERROR_LIMIT, NULL, "an axis has %llu entries", (unsigned long long)dims[axis]);
        out->dims[axis] = (int64_t)dims[axis];
    }
    return true;
}

static bool check_numbers(const struct hdf5_numbers *numbers, const struct tensor *tensor, struct error *err)
{
    const int64_t count = numbers->unsigned_64 ? tensor_elements(tensor) : 0;
    const int64_t *integers = tensor->data;

    for (int64_t i = 0; i < count; i++)
        if (integers[i] < 0)
            return RAISE(err, ERROR_OUT_OF_RANGE, NULL, "the uint64 number %llu does not fit into int64",
                         (unsigned long long)integers[i]);
    return true;
}

/* Memory for the elements, once it is plausible that the file can fill it. */
static bool make_room(hid_t object, hid_t type, enum dtype dtype, size_t bytes_max, struct array *out,
                      struct error *err)
{
    struct shape shape;
    char text[SHAPE_TEXT_BYTES];
    int64_t elements;

    if (!read_shape(object, &shape, err))
        return false;
    if (shape_count(&shape, &elements) &&
        (uint64_t)elements > H5Dget_storage_size(object) * EXPANSION_MAX / H5Tget_size(type))
        return RAISE(err, ERROR_SYNTAX, NULL, "the file is too short for %s of shape %s", dtype_name(dtype),
                     shape_text(&shape, text));
    return array_new(dtype, &shape, bytes_max, out, err);
}

static bool read_array(hid_t object, hid_t type, size_t bytes_max, struct array *out, struct error *err)
{
    struct hdf5_numbers numbers;

    if (!hdf5_type_read(type, &numbers, err) || !hdf5_storage_check(object, err) ||
        !make_room(object, type, numbers.dtype, bytes_max, out, err))
        return false;
    if (tensor_elements(&out->tensor) > 0 &&
        H5Dread(object, numbers.memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out->tensor.data) < 0)
        RAISE(err, ERROR_SYNTAX, NULL, "its elements cannot be read");
    else if (check_numbers(&numbers, &out->tensor, err))
        return true;
    array_fini(out);
    return false;
}

bool hdf5_source_read(hid_t object, const char *name, struct dataset *dataset, struct error *err)
{
    const hid_t type = H5Dget_type(object);
    struct array array;
    bool good;

    if (type < 0)
        return RAISE(err, ERROR_SYNTAX, NULL, "its type cannot be read");
    good = read_array(object, type, DATASET_BYTES_MAX - dataset->bytes, &array, err);
    H5Tclose(type);
    if (!good)
        return false;
    if (dataset_add(dataset, name, &array, err))
        return true;
    array_fini(&array);
    return false;
}
