/* engine/data/byte_reader.c -- see byte_reader.h. */
#include "engine/data/byte_reader.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST /* zlib does not write to its input */
#include <zlib.h>

#include "engine/base/memory.h"
#include "engine/data/inflate.h"
#include "engine/data/page_maker.h"

enum { WINDOW_GZIP = 15 + 16, WINDOW_DEFLATE = -15 };

struct byte_reader {
    const unsigned char *bytes;
    size_t length, position; /* of the input; compressed input beyond next_in counts as read */
    enum byte_encoding encoding;
    z_stream stream;
    bool inflating; /* `stream` is initialised */
    bool tracked;
    size_t tracked_bytes;
    uint32_t tracked_crc;
    bool ended; /* of compressed data: the last member is complete */
};

enum byte_encoding byte_encoding_guess(const void *bytes, size_t length)
{
    return length >= 2 && memcmp(bytes, "\x1f\x8b", 2) == 0 ? BYTES_GZIP : BYTES_PLAIN;
}

struct byte_reader *byte_reader_new(const void *bytes, size_t length, enum byte_encoding encoding)
{
    struct byte_reader *reader = memory_new(1, sizeof(*reader));

    reader->bytes = bytes;
    reader->length = length;
    reader->encoding = encoding;
    return reader;
}

static size_t read_plain(struct byte_reader *reader, void *out, size_t wanted)
{
    const size_t rest = reader->length - reader->position;
    const size_t count = wanted < rest ? wanted : rest;
    struct page_maker *pages = page_maker_start(out, count, count);

    if (count > 0)
        memcpy(out, reader->bytes + reader->position, count);
    page_maker_stop(pages);
    reader->position += count;
    return count;
}

static bool start_inflating(struct byte_reader *reader, struct error *err)
{
    if (reader->inflating)
        return true;
    if (inflateInit2(&reader->stream, reader->encoding == BYTES_GZIP ? WINDOW_GZIP : WINDOW_DEFLATE) != Z_OK)
        return RAISE(err, ERROR_MEMORY, NULL, "no memory for decompression");
    reader->inflating = true;
    return true;
}

/* Gives zlib the next part of the input; its counters have 32 bits. */
static void feed(struct byte_reader *reader)
{
    const size_t rest = reader->length - reader->position;
    const size_t part = rest < INT_MAX ? rest : INT_MAX;

    if (reader->stream.avail_in > 0)
        return;
    reader->stream.next_in = reader->bytes + reader->position;
    reader->stream.avail_in = (uInt)part;
    reader->position += part;
}

/* After a complete stream: another gzip member may follow. */
static bool next_member(struct byte_reader *reader, struct error *err)
{
    feed(reader);
    if (reader->stream.avail_in == 0 || reader->encoding == BYTES_DEFLATE) {
        reader->ended = true;
        return true;
    }
    if (reader->stream.next_in[0] != 0x1f)
        return RAISE(err, ERROR_SYNTAX, NULL, "there are bytes behind the compressed data");
    inflateReset(&reader->stream);
    return true;
}

static bool inflate_some(struct byte_reader *reader, struct error *err)
{
    int result;

    feed(reader);
    result = inflate(&reader->stream, Z_NO_FLUSH);
    if (result == Z_STREAM_END)
        return next_member(reader, err);
    if (result == Z_BUF_ERROR)
        return RAISE(err, ERROR_SYNTAX, NULL, "the compressed data end too early");
    if (result == Z_MEM_ERROR)
        return RAISE(err, ERROR_MEMORY, NULL, "no memory for decompression");
    if (result != Z_OK)
        return RAISE(err, ERROR_SYNTAX, NULL, "the compressed data are damaged%s%s",
                     reader->stream.msg ? ": " : "", reader->stream.msg ? reader->stream.msg : "");
    return true;
}

static bool read_compressed(struct byte_reader *reader, void *out, size_t wanted, size_t *out_read,
                            struct error *err)
{
    size_t done = 0;

    if (!start_inflating(reader, err))
        return false;
    while (done < wanted && !reader->ended) {
        const size_t part = wanted - done < INT_MAX ? wanted - done : INT_MAX;

        reader->stream.next_out = (unsigned char *)out + done;
        reader->stream.avail_out = (uInt)part;
        if (!inflate_some(reader, err))
            return false;
        done += part - reader->stream.avail_out;
    }
    *out_read = done;
    return true;
}

bool byte_reader_read(struct byte_reader *reader, void *out, size_t wanted, size_t *out_read,
                      struct error *err)
{
    if (reader->encoding == BYTES_PLAIN)
        *out_read = read_plain(reader, out, wanted);
    else if (!read_compressed(reader, out, wanted, out_read, err))
        return false;
    if (reader->tracked) {
        reader->tracked_bytes += *out_read;
        reader->tracked_crc = crc32_of(reader->tracked_crc, out, *out_read);
    }
    return true;
}

void byte_reader_track(struct byte_reader *reader)
{
    reader->tracked = true;
    reader->tracked_bytes = 0;
    reader->tracked_crc = 0;
}

void byte_reader_tracked(const struct byte_reader *reader, size_t *out_bytes, uint32_t *out_crc)
{
    *out_bytes = reader->tracked_bytes;
    *out_crc = reader->tracked_crc;
}

bool byte_reader_need(struct byte_reader *reader, void *out, size_t wanted, const char *what,
                      struct error *err)
{
    size_t count;

    if (!byte_reader_read(reader, out, wanted, &count, err))
        return false;
    if (count < wanted)
        return RAISE(err, ERROR_SYNTAX, NULL, "the file ends in its %s, after %zu of %zu bytes", what, count,
                     wanted);
    return true;
}

size_t byte_reader_most(const struct byte_reader *reader)
{
    const size_t rest = reader->length - reader->position;

    return reader->encoding == BYTES_PLAIN ? rest : inflated_bytes_most(rest + reader->stream.avail_in);
}

bool byte_reader_end(struct byte_reader *reader, struct error *err)
{
    unsigned char extra;
    size_t count;

    if (!byte_reader_read(reader, &extra, 1, &count, err))
        return false;
    if (count > 0)
        return RAISE(err, ERROR_SYNTAX, NULL, "there are bytes behind the data");
    return true;
}

void byte_reader_free(struct byte_reader *reader)
{
    if (!reader)
        return;
    if (reader->inflating)
        inflateEnd(&reader->stream);
    free(reader);
}
