/* engine/data/byte_reader.h -- reads bytes in order, plain or compressed.
 *
 * What comes out is never larger than what the caller asks for, so that small files cannot fill the memory.
 */
#ifndef ENGINE_DATA_BYTE_READER_H
#define ENGINE_DATA_BYTE_READER_H

#include <stdint.h>

#include "engine/base/error.h"

enum byte_encoding {
    BYTES_PLAIN,
    BYTES_GZIP,   /* one or more gzip members */
    BYTES_DEFLATE /* a bare deflate stream, as in zip files */
};

struct byte_reader;

/* BYTES_GZIP when they begin so, else BYTES_PLAIN. */
enum byte_encoding byte_encoding_guess(const void *bytes, size_t length);

/* `bytes` is borrowed. */
struct byte_reader *byte_reader_new(const void *bytes, size_t length, enum byte_encoding encoding);
/* Fills `out` with `wanted` bytes; fewer, in *out_read, only at the end.  False: the compressed data are
 * damaged. */
bool byte_reader_read(struct byte_reader *reader, void *out, size_t wanted, size_t *out_read,
                      struct error *err);
/* The same, but less than `wanted` bytes is an error: "the file ends in its `what`". */
bool byte_reader_need(struct byte_reader *reader, void *out, size_t wanted, const char *what,
                      struct error *err);
/* An upper bound of the bytes still to come, known without decompressing: checked before memory is taken for
 * them. */
size_t byte_reader_most(const struct byte_reader *reader);
/* Counts and checks from now on: CRC-32, as in gzip and zip, of everything that is read. */
void byte_reader_track(struct byte_reader *reader);
void byte_reader_tracked(const struct byte_reader *reader, size_t *out_bytes, uint32_t *out_crc);
/* True at the end; more bytes are an error. */
bool byte_reader_end(struct byte_reader *reader, struct error *err);
void byte_reader_free(struct byte_reader *reader); /* accepts NULL */

#endif
