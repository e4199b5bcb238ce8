/* engine/data/hdf5_ragged.c -- see hdf5_ragged.h. */
#include "engine/data/hdf5_ragged.h"

#include <string.h>

#include "engine/data/hdf5_source.h"
#include "engine/data/hdf5_type.h"

enum { ROWS_AT_ONCE = 1024, SCALES_MAX = 16 };

/* ---- the table of shapes ---- */

/* The dimension scale "shapes" among those that `references` names; invalid when it is not there. */
static hid_t find_named(hid_t object, const hvl_t *references)
{
    const hobj_ref_t *list = references->p;

    for (size_t i = 0; i < references->len && i < SCALES_MAX; i++) {
        const hid_t scale = H5Rdereference2(object, H5P_DEFAULT, H5R_OBJECT, &list[i]);

        if (scale >= 0 && H5Iget_type(scale) == H5I_DATASET && hdf5_attribute_is(scale, "NAME", "shapes"))
            return scale;
        if (scale >= 0)
            H5Oclose(scale);
    }
    return H5I_INVALID_HID;
}

/* What is attached to the only axis stands in an attribute: one list of references per axis. */
static hid_t find_shapes(hid_t object)
{
    hid_t attribute, space, type, found = H5I_INVALID_HID;
    hvl_t references = { 0 };

    if (H5Aexists(object, "DIMENSION_LIST") <= 0)
        return found;
    attribute = H5Aopen(object, "DIMENSION_LIST", H5P_DEFAULT);
    space = H5Aget_space(attribute);
    type = H5Tvlen_create(H5T_STD_REF_OBJ);
    if (attribute >= 0 && H5Sget_simple_extent_npoints(space) == 1 &&
        H5Aread(attribute, type, &references) >= 0) {
        found = find_named(object, &references);
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, &references);
    }
    H5Tclose(type);
    H5Sclose(space);
    H5Aclose(attribute);
    return found;
}

static bool read_table(hid_t object, int64_t examples, size_t bytes_max, struct array *out, struct error *err)
{
    struct array table;
    bool good;

    if (!hdf5_array_read(object, bytes_max, &table, err))
        return error_prefix(err, "its shapes");
    if (table.tensor.shape.rank != 2 || table.tensor.shape.dims[0] != examples ||
        dtype_is_real(table.tensor.dtype)) {
        char text[SHAPE_TEXT_BYTES];

        RAISE(err, ERROR_SHAPE, NULL, "its shapes are %s numbers of shape %s, not integers for %lld examples",
              dtype_name(table.tensor.dtype), shape_text(&table.tensor.shape, text), (long long)examples);
        array_fini(&table);
        return false;
    }
    good = array_new(DTYPE_INT64, &table.tensor.shape, bytes_max, out, err);
    if (good)
        tensor_convert(&table.tensor, &out->tensor);
    array_fini(&table);
    return good;
}

/* Fills `out` from the scale "shapes"; without one it becomes a column of zeros, to be filled with lengths.
 */
static bool read_shapes(hid_t object, int64_t examples, size_t bytes_max, struct array *out, bool *out_found,
                        struct error *err)
{
    const struct shape column = shape_of(2, examples, (int64_t)1);
    const hid_t scale = find_shapes(object);
    bool good;

    *out_found = scale >= 0;
    if (scale < 0)
        return array_new(DTYPE_INT64, &column, bytes_max, out, err);
    good = read_table(scale, examples, bytes_max, out, err);
    H5Oclose(scale);
    return good;
}

/* ---- the elements ---- */

struct elements {
    hid_t object, space, type; /* as they are read */
    size_t element_bytes;
    struct tensor *flat;
    int64_t filled;
    int64_t *lengths; /* to be filled; NULL: the shapes are known */
};

static bool append_rows(struct elements *self, const hvl_t *rows, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].len > (size_t)(self->flat->shape.dims[0] - self->filled))
            return RAISE(err, ERROR_SYNTAX, NULL, "its elements cannot be read");
        if (rows[i].len > 0)
            memcpy((char *)self->flat->data + (size_t)self->filled * self->element_bytes, rows[i].p,
                   rows[i].len * self->element_bytes);
        self->filled += (int64_t)rows[i].len;
        if (self->lengths)
            *self->lengths++ = (int64_t)rows[i].len;
    }
    return true;
}

static bool read_rows(struct elements *self, hsize_t first, hsize_t count, struct error *err)
{
    hvl_t rows[ROWS_AT_ONCE] = { 0 };
    const hid_t memory = H5Screate_simple(1, &count, NULL);
    bool good = H5Sselect_hyperslab(self->space, H5S_SELECT_SET, &first, NULL, &count, NULL) >= 0 &&
                H5Dread(self->object, self->type, memory, self->space, H5P_DEFAULT, rows) >= 0;

    if (good) {
        good = append_rows(self, rows, count, err);
        H5Dvlen_reclaim(self->type, memory, H5P_DEFAULT, rows);
    } else {
        RAISE(err, ERROR_SYNTAX, NULL, "its elements cannot be read");
    }
    H5Sclose(memory);
    return good;
}

static bool read_elements(struct elements *self, int64_t examples, struct error *err)
{
    for (int64_t first = 0; first < examples; first += ROWS_AT_ONCE) {
        const int64_t rest = examples - first;

        if (!read_rows(self, (hsize_t)first, (hsize_t)(rest < ROWS_AT_ONCE ? rest : ROWS_AT_ONCE), err))
            return false;
    }
    return true;
}

/* Room for all elements, as many as libhdf5 counts. */
static bool make_room(const struct elements *self, enum dtype dtype, size_t bytes_max, struct array *out,
                      struct error *err)
{
    struct shape shape = { .rank = 1 };
    hsize_t bytes;

    if (H5Dvlen_get_buf_size(self->object, self->type, self->space, &bytes) < 0)
        return RAISE(err, ERROR_SYNTAX, NULL, "its elements cannot be read");
    if (bytes > bytes_max)
        return RAISE(err, ERROR_LIMIT, NULL, "it takes more than %zu bytes", bytes_max);
    shape.dims[0] = (int64_t)(bytes / self->element_bytes);
    return array_new(dtype, &shape, bytes_max, out, err);
}

static bool read_ragged(struct elements *self, const struct hdf5_numbers *numbers, int64_t examples,
                        const char *name, struct dataset *dataset, struct error *err)
{
    const size_t bytes_max = dataset_room(dataset) / 2;
    struct array flat = { 0 }, shapes = { 0 };
    bool have_shapes, good;

    good = read_shapes(self->object, examples, bytes_max, &shapes, &have_shapes, err) &&
           make_room(self, numbers->dtype, 2 * bytes_max, &flat, err);
    if (good) {
        self->flat = &flat.tensor;
        self->lengths = have_shapes ? NULL : shapes.tensor.data;
        good = read_elements(self, examples, err) && hdf5_numbers_check(numbers, &flat.tensor, err) &&
               dataset_add_ragged(dataset, name, &flat, &shapes, err);
    }
    array_fini(&flat); /* nothing is left of those that were taken over */
    array_fini(&shapes);
    return good;
}

bool hdf5_ragged_read(hid_t object, hid_t type, const char *name, struct dataset *dataset, struct error *err)
{
    const hid_t base = H5Tget_super(type);
    struct hdf5_numbers numbers;
    struct shape shape;
    bool good = hdf5_type_read(base, &numbers, err) && hdf5_storage_check(object, err) &&
                hdf5_shape_read(object, type, &shape, err);

    if (good && (shape.rank != 1 || shape.dims[0] > DATASET_EXAMPLES_MAX))
        good =
            RAISE(err, ERROR_SHAPE, NULL, "lists of variable length need one axis of at most %lld examples",
                  (long long)DATASET_EXAMPLES_MAX);
    if (good) {
        struct elements elements = { .object = object,
                                     .space = H5Dget_space(object),
                                     .type = H5Tvlen_create(numbers.memory),
                                     .element_bytes = dtype_bytes(numbers.dtype) };

        good = read_ragged(&elements, &numbers, shape.dims[0], name, dataset, err);
        H5Tclose(elements.type);
        H5Sclose(elements.space);
    }
    H5Tclose(base);
    return good;
}
