/* engine/data/hdf5_source.c -- see hdf5_source.h. */
#include "engine/data/hdf5_source.h"

#include <string.h>

#include "engine/data/hdf5_ragged.h"
#include "engine/data/hdf5_rows.h"
#include "engine/data/hdf5_type.h"
#include "engine/data/page_maker.h"

enum { ATTRIBUTE_BYTES_MAX = 64, EXPANSION_MAX = 1032 /* of deflate */ };
#define CHUNK_BYTES_MAX ((hsize_t)256 << 20)

bool hdf5_attribute_is(hid_t object, const char *attribute_name, const char *text)
{
    char value[ATTRIBUTE_BYTES_MAX + 1] = { 0 };
    hid_t attribute, type;
    bool same = false;

    if (H5Aexists(object, attribute_name) <= 0)
        return false;
    attribute = H5Aopen(object, attribute_name, H5P_DEFAULT);
    type = H5Aget_type(attribute);
    if (attribute >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
        H5Tget_size(type) <= ATTRIBUTE_BYTES_MAX && H5Aget_storage_size(attribute) <= ATTRIBUTE_BYTES_MAX &&
        H5Aread(attribute, type, value) >= 0)
        same = strcmp(value, text) == 0;
    H5Tclose(type);
    H5Aclose(attribute);
    return same;
}

bool hdf5_is_scale(hid_t object)
{
    return hdf5_attribute_is(object, "CLASS", "DIMENSION_SCALE");
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

bool hdf5_shape_read(hid_t object, hid_t type, struct shape *out, struct error *err)
{
    const hsize_t stored = H5Dget_storage_size(object);
    char text[SHAPE_TEXT_BYTES];
    int64_t elements;

    if (!read_shape(object, out, err))
        return false;
    if (shape_count(out, &elements) && (uint64_t)elements > stored * EXPANSION_MAX / H5Tget_size(type))
        return RAISE(err, ERROR_SYNTAX, NULL, "the file is too short for elements of shape %s",
                     shape_text(out, text));
    return true;
}

static bool read_elements(hid_t object, hid_t type, const struct tensor *out, struct error *err)
{
    struct page_maker *pages;
    bool good;

    if (tensor_elements(out) == 0)
        return true;
    pages = page_maker_start(out->data, tensor_bytes(out), H5Dget_storage_size(object));
    good = H5Dread(object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out->data) >= 0;
    page_maker_stop(pages);
    return good || RAISE(err, ERROR_SYNTAX, NULL, "its elements cannot be read");
}

static bool read_array(hid_t object, hid_t type, size_t bytes_max, struct array *out, struct error *err)
{
    struct hdf5_numbers numbers;
    struct shape shape;

    if (!hdf5_type_read(type, &numbers, err) || !hdf5_storage_check(object, err) ||
        !hdf5_shape_read(object, type, &shape, err) || !array_new(numbers.dtype, &shape, bytes_max, out, err))
        return false;
    if (read_elements(object, numbers.memory, &out->tensor, err) &&
        hdf5_numbers_check(&numbers, &out->tensor, err))
        return true;
    array_fini(out);
    return false;
}

bool hdf5_array_read(hid_t object, size_t bytes_max, struct array *out, struct error *err)
{
    const hid_t type = H5Dget_type(object);
    const bool good = read_array(object, type, bytes_max, out, err);

    H5Tclose(type);
    return good;
}

/* ---- leaving it in the file ---- */

/* Where the elements are, in a row and as they are wanted in memory; NULL when they are not. */
static void *find_in_place(hid_t object, hid_t type, const struct hdf5_numbers *numbers, size_t bytes,
                           const struct hdf5_file *file)
{
    const hid_t creation = H5Dget_create_plist(object);
    const bool contiguous = H5Pget_layout(creation) == H5D_CONTIGUOUS;
    const haddr_t offset = H5Dget_offset(object);

    H5Pclose(creation);
    if (!contiguous || numbers->unsigned_64 || numbers->dtype == DTYPE_BOOL ||
        H5Tequal(type, numbers->memory) <= 0 || offset == HADDR_UNDEF || offset > file->length ||
        bytes > file->length - offset)
        return NULL;
    return (char *)file->bytes + offset;
}

/* *out_added tells whether the source was added, without reading its elements. */
static bool add_unread(hid_t object, hid_t type, const char *name, struct hdf5_file *file,
                       struct dataset *dataset, bool *out_added, struct error *err)
{
    struct hdf5_numbers numbers;
    struct shape shape;
    struct array array;
    size_t bytes;

    *out_added = false;
    if (!hdf5_type_read(type, &numbers, err) || !hdf5_storage_check(object, err) ||
        !hdf5_shape_read(object, type, &shape, err) ||
        !array_plan(numbers.dtype, &shape, SIZE_MAX, &array, err))
        return false;
    bytes = tensor_bytes(&array.tensor);
    if (bytes >= file->in_place.bytes_min)
        array.tensor.data = find_in_place(object, type, &numbers, bytes, file);
    array.in_file = *out_added = array.tensor.data || bytes >= file->in_place.rows_bytes_min;
    if (array.tensor.data)
        return dataset_add(dataset, name, &array, err);
    return !*out_added || hdf5_rows_add(name, &numbers, &array, file, dataset, err);
}

static bool read_dense(hid_t object, hid_t type, const char *name, struct hdf5_file *file,
                       struct dataset *dataset, struct error *err)
{
    struct array array;
    bool added;

    if (!add_unread(object, type, name, file, dataset, &added, err))
        return false;
    if (added)
        return true;
    if (!read_array(object, type, dataset_room(dataset), &array, err))
        return false;
    if (dataset_add(dataset, name, &array, err))
        return true;
    array_fini(&array);
    return false;
}

bool hdf5_source_read(hid_t object, const char *name, struct hdf5_file *file, struct dataset *dataset,
                      struct error *err)
{
    const hid_t type = H5Dget_type(object);
    const bool ragged = H5Tget_class(type) == H5T_VLEN;
    const bool good = ragged ? hdf5_ragged_read(object, type, name, dataset, err)
                             : read_dense(object, type, name, file, dataset, err);

    H5Tclose(type);
    return good;
}
