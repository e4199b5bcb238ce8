/* server/dataset_unpack.c -- see dataset_unpack.h. */
#include "server/dataset_unpack.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/data/array.h"
#include "engine/data/byte_reader.h"
#include "engine/data/hdf5.h"
#include "engine/data/zip.h"
#include "server/nameless_file.h"

enum { MAGIC_BYTES = 8, PIECE_BYTES = 1 << 16 };

bool dataset_is_packed(const void *bytes, size_t length)
{
    struct byte_reader *reader;
    unsigned char magic[MAGIC_BYTES];
    struct error ignored;
    size_t count = 0;
    bool packed;

    if (byte_encoding_guess(bytes, length) != BYTES_GZIP)
        return false;
    reader = byte_reader_new(bytes, length, BYTES_GZIP);
    packed = byte_reader_read(reader, magic, sizeof(magic), &count, &ignored) &&
             (zip_guess(magic, count) || hdf5_guess(magic, count));
    byte_reader_free(reader);
    return packed;
}

static bool copy(struct byte_reader *reader, int file, struct error *err)
{
    char *piece = memory_new(PIECE_BYTES, 1);
    size_t total = 0, count = PIECE_BYTES;
    bool good = true;

    while (good && count == PIECE_BYTES) {
        good = byte_reader_read(reader, piece, PIECE_BYTES, &count, err);
        if (good && count > DATASET_BYTES_MAX - total)
            good =
                RAISE(err, ERROR_LIMIT, NULL, "the file within has more than %zu bytes", DATASET_BYTES_MAX);
        good = good && nameless_file_write(file, piece, count, err);
        total += count;
    }
    free(piece);
    return good;
}

bool dataset_unpack(const char *folder, const void *bytes, size_t length, struct file_map *out,
                    struct error *err)
{
    const int file = nameless_file_open(folder, err);
    struct byte_reader *reader;
    char path[64];
    bool good;

    if (file < 0)
        return false;
    reader = byte_reader_new(bytes, length, BYTES_GZIP);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    good = copy(reader, file, err) && file_map_open(path, out, err);
    byte_reader_free(reader);
    close(file);
    return good;
}
