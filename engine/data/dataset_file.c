/* engine/data/dataset_file.c -- see dataset_file.h. */
#include "engine/data/dataset_file.h"

#include <string.h>

#include "engine/data/csv.h"
#include "engine/data/file_map.h"
#include "engine/data/hdf5.h"
#include "engine/data/idx.h"
#include "engine/data/inflate.h"
#include "engine/data/npy.h"
#include "engine/data/npz.h"
#include "engine/data/zip.h"

enum { MAGIC_BYTES = 8 };

/* The first bytes after decompression; fewer in a shorter file. */
static bool peek(const void *bytes, size_t length, unsigned char out[MAGIC_BYTES], size_t *out_count,
                 struct error *err)
{
    struct byte_reader *reader = byte_reader_new(bytes, length, byte_encoding_guess(bytes, length));
    const bool good = byte_reader_read(reader, out, MAGIC_BYTES, out_count, err);

    byte_reader_free(reader);
    if (good && *out_count == 0)
        return RAISE(err, ERROR_SYNTAX, NULL, "the file is empty");
    return good;
}

static bool is_npy(const unsigned char *magic, size_t count)
{
    return count >= 6 && memcmp(magic, "\x93NUMPY", 6) == 0;
}

static bool is_idx(const unsigned char *magic, size_t count)
{
    return count >= 2 && magic[0] == 0 && magic[1] == 0;
}

/* Text has no control characters but spaces and line ends. */
static bool is_text(const unsigned char *magic, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (magic[i] < ' ' && magic[i] != '\t' && magic[i] != '\r' && magic[i] != '\n')
            return false;
    return true;
}

static bool read_table(const void *bytes, size_t length, const char *target, struct dataset *dataset,
                       struct error *err)
{
    unsigned char magic[MAGIC_BYTES];
    size_t count;

    if (!peek(bytes, length, magic, &count, err))
        return false;
    if (is_npy(magic, count) || is_idx(magic, count)) {
        RAISE(err, ERROR_INVALID_VALUE, NULL, "the file holds one array, not a dataset");
        return error_hint(err, "Store npy and IDX files as single sources of a dataset.");
    }
    if (!is_text(magic, count)) {
        RAISE(err, ERROR_INVALID_VALUE, NULL, "the file is neither npz nor HDF5 nor CSV");
        return error_hint(err, "Save arrays with numpy.savez or h5py, or write rows of numbers as CSV.");
    }
    return csv_read(bytes, length, target, dataset, err);
}

static bool read_archive(const void *bytes, size_t length, const struct in_place *in_place,
                         const char *target, struct dataset *dataset, struct error *err)
{
    if (target)
        return RAISE(err, ERROR_CONFLICT, NULL,
                     "only CSV files have a target column; npz and HDF5 files name their sources");
    return hdf5_guess(bytes, length) ? hdf5_read(bytes, length, in_place, dataset, err)
                                     : npz_read(bytes, length, in_place, dataset, err);
}

const struct in_place in_place_if_large = { .bytes_min = DATASET_BYTES_MAX, .rows_bytes_min = SIZE_MAX };
static const struct in_place in_place_of_file = { .bytes_min = FILE_IN_PLACE_BYTES_MIN,
                                                  .rows_bytes_min = DATASET_BYTES_MAX,
                                                  .unchecked = true };

bool dataset_read_in_place(const void *bytes, size_t length, const struct in_place *in_place,
                           const char *target, struct dataset **out, struct error *err)
{
    struct dataset *dataset = dataset_new();
    const bool named = zip_guess(bytes, length) || hdf5_guess(bytes, length);
    const bool good = named ? read_archive(bytes, length, in_place, target, dataset, err)
                            : read_table(bytes, length, target, dataset, err);

    if (good)
        *out = dataset;
    else
        dataset_unref(dataset);
    return good;
}

bool dataset_read(const void *bytes, size_t length, const char *target, struct dataset **out,
                  struct error *err)
{
    return dataset_read_in_place(bytes, length, &IN_PLACE_NEVER, target, out, err);
}

bool dataset_read_file(const char *path, const char *target, struct dataset **out, struct error *err)
{
    struct file_map map;

    if (!file_map_open(path, &map, err))
        return false;
    if (!dataset_read_in_place(map.bytes, map.length, &in_place_of_file, target, out, err)) {
        file_map_close(&map);
        return false;
    }
    (*out)->file = map;
    return true;
}

static bool read_plain(const void *bytes, size_t length, bool npy, const struct in_place *in_place,
                       struct array *out, struct error *err)
{
    return npy ? npy_read_bytes(bytes, length, in_place, DATASET_BYTES_MAX, out, err)
               : idx_read_bytes(bytes, length, in_place, DATASET_BYTES_MAX, out, err);
}

/* False: something is wrong, or too large; read_pieces tells what it is, or reads it. */
static bool read_at_once(const void *bytes, size_t length, bool npy, struct array *out)
{
    struct error ignored;
    struct array plain;

    if (!inflate_at_once(bytes, length, BYTES_GZIP, inflated_bytes_of_gzip(bytes, length), &plain))
        return false;
    if (read_plain(plain.tensor.data, tensor_bytes(&plain.tensor), npy, &IN_PLACE_ALWAYS, out, &ignored)) {
        array_keep(out, &plain);
        return true;
    }
    array_fini(&plain);
    return false;
}

static bool read_pieces(const void *bytes, size_t length, bool npy, struct array *out, struct error *err)
{
    struct byte_reader *reader = byte_reader_new(bytes, length, BYTES_GZIP);
    const bool good =
        npy ? npy_read(reader, DATASET_BYTES_MAX, out, err) : idx_read(reader, DATASET_BYTES_MAX, out, err);

    byte_reader_free(reader);
    return good;
}

static bool read_source(const void *bytes, size_t length, const struct in_place *in_place, struct array *out,
                        struct error *err)
{
    unsigned char magic[MAGIC_BYTES];
    size_t count;
    bool npy;

    if (!peek(bytes, length, magic, &count, err))
        return false;
    npy = is_npy(magic, count);
    if (!npy && !is_idx(magic, count))
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "the file is neither npy nor IDX");
    if (byte_encoding_guess(bytes, length) == BYTES_PLAIN)
        return read_plain(bytes, length, npy, in_place, out, err);
    return read_at_once(bytes, length, npy, out) || read_pieces(bytes, length, npy, out, err);
}

bool source_read(const void *bytes, size_t length, struct array *out, struct error *err)
{
    return read_source(bytes, length, &in_place_if_large, out, err);
}

bool source_read_file(const char *path, struct array *out, struct error *err)
{
    struct file_map map;
    bool good;

    if (!file_map_open(path, &map, err))
        return false;
    good = read_source(map.bytes, map.length, &in_place_of_file, out, err);
    if (good && out->in_file) { /* the array keeps the map */
        out->memory = map.bytes;
        out->mapped_bytes = map.length;
    } else {
        file_map_close(&map);
    }
    return good;
}
