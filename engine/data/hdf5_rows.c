/* engine/data/hdf5_rows.c -- see hdf5_rows.h. */
#include "engine/data/hdf5_rows.h"

#include <stdlib.h>

#include "engine/base/memory.h"

enum { CACHE_SLOTS = 521, CACHE_BYTES = 32 << 20 };

struct hdf5_rows {
    struct row_reader reader;
    struct hdf5_file *file;
    hid_t object, type; /* as it is read */
    struct hdf5_numbers numbers;
    struct tensor row; /* its shape, without the first axis */
};

/* `count` rows from `first` on, which follow one another in the file. */
static bool read_run(struct hdf5_rows *self, int64_t first, int64_t count, void *out, struct error *err)
{
    const int rank = self->row.shape.rank + 1;
    hsize_t start[TENSOR_RANK_MAX] = { (hsize_t)first }, counts[TENSOR_RANK_MAX] = { (hsize_t)count };
    const hid_t space = H5Dget_space(self->object);
    hid_t memory;
    bool good;

    for (int axis = 1; axis < rank; axis++)
        counts[axis] = (hsize_t)self->row.shape.dims[axis - 1];
    memory = H5Screate_simple(rank, counts, NULL);
    good = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, counts, NULL) >= 0 &&
           H5Dread(self->object, self->type, memory, space, H5P_DEFAULT, out) >= 0;
    H5Sclose(memory);
    H5Sclose(space);
    return good || RAISE(err, ERROR_CORRUPT, NULL, "rows of the HDF5 file cannot be read");
}

static bool read_runs(struct hdf5_rows *self, const int64_t *rows, int64_t count, void *out,
                      struct error *err)
{
    const size_t row_bytes = tensor_bytes(&self->row);

    for (int64_t i = 0, length; i < count; i += length) {
        length = 1;
        while (i + length < count && rows[i + length] == rows[i] + length)
            length++;
        if (!read_run(self, rows[i], length, (char *)out + (size_t)i * row_bytes, err))
            return false;
    }
    return true;
}

static bool rows_read(struct row_reader *reader, const int64_t *rows, int64_t count, void *out,
                      struct error *err)
{
    struct hdf5_rows *self = (struct hdf5_rows *)reader;
    struct tensor read = { .dtype = self->row.dtype,
                           .shape = shape_of(2, count, tensor_elements(&self->row)),
                           .data = out };
    bool good;

    hdf5_lock();
    good = read_runs(self, rows, count, out, err);
    hdf5_unlock();
    return good && hdf5_numbers_check(&self->numbers, &read, err);
}

static void release(struct hdf5_rows *self)
{
    if (self->type >= 0)
        H5Tclose(self->type);
    if (self->object >= 0)
        H5Dclose(self->object);
    hdf5_file_unref(self->file);
    free(self);
}

static void rows_free(struct row_reader *reader)
{
    hdf5_lock();
    release((struct hdf5_rows *)reader);
    hdf5_unlock();
}

/* With room for a few chunks, which are decompressed as a whole. */
static hid_t open_object(const struct hdf5_file *file, const char *name)
{
    const hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    hid_t object = H5I_INVALID_HID;

    if (H5Pset_chunk_cache(access, CACHE_SLOTS, CACHE_BYTES, H5D_CHUNK_CACHE_W0_DEFAULT) >= 0)
        object = H5Dopen2(file->opened, name, access);
    H5Pclose(access);
    return object;
}

bool hdf5_rows_add(const char *name, const struct hdf5_numbers *numbers, struct array *array,
                   struct hdf5_file *file, struct dataset *dataset, struct error *err)
{
    struct hdf5_rows *self = memory_new(1, sizeof(*self));

    *self = (struct hdf5_rows){
        .reader = { .read = rows_read, .free = rows_free },
        .file = file,
        .object = open_object(file, name),
        .type = H5Tcopy(numbers->memory),
        .numbers = *numbers,
        .row = { .dtype = numbers->dtype, .shape = { .rank = array->tensor.shape.rank - 1 } },
    };
    file->users++;
    for (int axis = 0; axis < self->row.shape.rank; axis++)
        self->row.shape.dims[axis] = array->tensor.shape.dims[axis + 1];
    if (self->object < 0 || self->type < 0)
        RAISE(err, ERROR_SYNTAX, NULL, "its elements cannot be read");
    else if (dataset_add_reader(dataset, name, array, &self->reader, err))
        return true;
    release(self);
    return false;
}
