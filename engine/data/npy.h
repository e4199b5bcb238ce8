/* engine/data/npy.h -- NumPy's format for one array.
 *
 * Read: versions 1.0, 2.0 and 3.0; C and Fortran order (made row-major); both byte orders (made native);
 * bool, integers, float32, float64; float16 becomes float32, uint64 becomes int64 when it fits.  Everything
 * else is refused by name. Written: version 1.0, native byte order, the data at a multiple of 64 bytes, so
 * that a mapped file is aligned. Format: numpy/lib/format.py. */
#ifndef ENGINE_DATA_NPY_H
#define ENGINE_DATA_NPY_H

#include "engine/base/text.h"
#include "engine/data/array.h"
#include "engine/data/byte_reader.h"

/* How elements lie in a file. */
enum npy_storage {
    NPY_AS_IS,
    NPY_FLOAT16, /* two bytes, widened to float32 */
    NPY_UINT64   /* read as int64 after a check */
};

struct npy_header {
    enum dtype dtype; /* after reading */
    enum npy_storage storage;
    bool swapped; /* the other byte order */
    bool fortran_order;
    struct shape shape;
};

/* Parses the dictionary `text` of a header: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }. */
bool npy_header_parse(const char *text, size_t length, struct npy_header *out, struct error *err);
/* The magic bytes, the version and the dictionary. */
bool npy_header_read(struct byte_reader *reader, struct npy_header *out, struct error *err);

/* A whole file; at most bytes_max of memory.  The caller owns the array. */
bool npy_read(struct byte_reader *reader, size_t bytes_max, struct array *out, struct error *err);

/* The same for the bytes of a file, which have to outlive an array that stays in place. */
bool npy_read_bytes(const void *bytes, size_t length, const struct in_place *in_place, size_t bytes_max,
                    struct array *out, struct error *err);

/* Everything in front of the data. */
void npy_header_write(enum dtype dtype, const struct shape *shape, struct text *out);
/* Creates or replaces `path` with `tensor` and flushes it to the disk; removes the file when that fails. */
bool npy_write_file(const char *path, const struct tensor *tensor, struct error *err);
/* Maps a file read-only whose elements need no conversion, as npy_write_file makes them. */
bool npy_map_file(const char *path, struct array *out, struct error *err);

#endif
