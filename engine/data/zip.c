/* engine/data/zip.c -- see zip.h. */
#include "engine/data/zip.h"

#include <string.h>

#include "engine/data/inflate.h"

enum {
    END_BYTES = 22,   /* end of central directory record, without its comment */
    ENTRY_BYTES = 46, /* entry of the directory, without name, extra field and comment */
    LOCAL_BYTES = 30, /* header in front of a member, likewise */
    COMMENT_MAX = 65535,
    FLAG_ENCRYPTED = 1,
    METHOD_STORED = 0,
    METHOD_DEFLATED = 8,
    EXTRA_ZIP64 = 1,
    LOCATOR_BYTES = 20, /* in front of the end record: where the zip64 end record is */
    END64_BYTES = 56,
};

static uint64_t number(const unsigned char *bytes, int count)
{
    uint64_t value = 0;

    for (int i = count - 1; i >= 0; i--)
        value = value << 8 | bytes[i];
    return value;
}

struct archive {
    const unsigned char *bytes;
    size_t length;
};

/* `count` bytes at `offset`; NULL when they are not all there. */
static const unsigned char *at(const struct archive *archive, uint64_t offset, uint64_t count)
{
    if (offset > archive->length || count > archive->length - offset)
        return NULL;
    return archive->bytes + offset;
}

static bool damaged(struct error *err)
{
    return RAISE(err, ERROR_SYNTAX, NULL, "the zip archive is damaged or cut off");
}

bool zip_guess(const void *bytes, size_t length)
{
    return length >= 4 && (memcmp(bytes, "PK\3\4", 4) == 0 || memcmp(bytes, "PK\5\6", 4) == 0);
}

/* The record at the very end, behind which only its own comment stands. */
static const unsigned char *find_end(const struct archive *archive)
{
    for (uint64_t back = END_BYTES; back <= END_BYTES + COMMENT_MAX && back <= archive->length; back++) {
        const unsigned char *end = archive->bytes + (archive->length - back);

        if (memcmp(end, "PK\5\6", 4) == 0 && number(end + 20, 2) == back - END_BYTES)
            return end;
    }
    return NULL;
}

/* Numbers that did not fit into 32 bits stand in an extra field, in this order. */
static bool widen(const unsigned char *extra, size_t length, uint64_t *values[3])
{
    const uint64_t full = UINT32_MAX;
    size_t left;

    if (*values[0] != full && *values[1] != full && *values[2] != full)
        return true;
    while (length >= 4 && number(extra, 2) != EXTRA_ZIP64) {
        const size_t skipped = 4 + number(extra + 2, 2);

        if (skipped > length)
            return false;
        extra += skipped;
        length -= skipped;
    }
    if (length < 4 || (left = number(extra + 2, 2)) > length - 4)
        return false;
    extra += 4;
    for (int i = 0; i < 3; i++) {
        if (*values[i] != full)
            continue;
        if (left < 8)
            return false;
        *values[i] = number(extra, 8);
        extra += 8;
        left -= 8;
    }
    return true;
}

/* Finds the contents behind the member's own header. */
static bool locate(const struct archive *archive, uint64_t offset, uint64_t stored_bytes,
                   struct zip_member *out, struct error *err)
{
    const unsigned char *local = at(archive, offset, LOCAL_BYTES);

    if (!local || memcmp(local, "PK\3\4", 4) != 0)
        return damaged(err);
    out->bytes =
        at(archive, offset + LOCAL_BYTES + number(local + 26, 2) + number(local + 28, 2), stored_bytes);
    return out->bytes || damaged(err);
}

static bool is_printable(const unsigned char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (name[i] < ' ' || name[i] > '~')
            return false;
    return true;
}

static bool read_entry(const struct archive *archive, uint64_t *position, struct zip_member *out,
                       struct error *err)
{
    const unsigned char *entry = at(archive, *position, ENTRY_BYTES);
    uint64_t name_bytes, extra_bytes, plain, stored, offset;

    if (!entry || memcmp(entry, "PK\1\2", 4) != 0)
        return damaged(err);
    plain = number(entry + 24, 4);
    stored = number(entry + 20, 4);
    offset = number(entry + 42, 4);
    name_bytes = number(entry + 28, 2);
    extra_bytes = number(entry + 30, 2);
    *position += ENTRY_BYTES + name_bytes + extra_bytes + number(entry + 32, 2);
    if (!at(archive, 0, *position) ||
        !widen(entry + ENTRY_BYTES + name_bytes, extra_bytes, (uint64_t *[]){ &plain, &stored, &offset }))
        return damaged(err);
    if (name_bytes > ZIP_NAME_MAX || !is_printable(entry + ENTRY_BYTES, name_bytes))
        return RAISE(err, ERROR_INVALID_VALUE, NULL,
                     "a member of the zip archive has a name that cannot be used");

    *out = (struct zip_member){
        .stored_bytes = stored,
        .plain_bytes = plain,
        .crc = (uint32_t)number(entry + 16, 4),
        .encoding = number(entry + 10, 2) == METHOD_STORED ? BYTES_PLAIN : BYTES_DEFLATE,
    };
    memcpy(out->name, entry + ENTRY_BYTES, name_bytes);
    if (number(entry + 8, 2) & FLAG_ENCRYPTED)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "member \"%s\" of the zip archive is encrypted",
                     out->name);
    if (number(entry + 10, 2) != METHOD_STORED && number(entry + 10, 2) != METHOD_DEFLATED)
        return RAISE(err, ERROR_INVALID_VALUE, NULL,
                     "member \"%s\" of the zip archive is compressed by method %d", out->name,
                     (int)number(entry + 10, 2));
    return locate(archive, offset, stored, out, err);
}

/* How many members there are, and where the directory begins: numbers that do not fit into the end record
 * stand in a longer one, which a locator in front of it points to. */
static bool read_end(const struct archive *archive, const unsigned char *end, uint64_t *out_count,
                     uint64_t *out_position, struct error *err)
{
    const uint64_t before = (uint64_t)(end - archive->bytes);
    const unsigned char *locator = before < LOCATOR_BYTES ? NULL : end - LOCATOR_BYTES;
    const unsigned char *end64;

    *out_count = number(end + 10, 2);
    *out_position = number(end + 16, 4);
    if ((*out_count != UINT16_MAX && *out_position != UINT32_MAX) || !locator ||
        memcmp(locator, "PK\6\7", 4) != 0)
        return true;
    end64 = at(archive, number(locator + 8, 8), END64_BYTES);
    if (!end64 || memcmp(end64, "PK\6\6", 4) != 0)
        return damaged(err);
    *out_count = number(end64 + 32, 8);
    *out_position = number(end64 + 48, 8);
    return true;
}

bool zip_directory(const void *bytes, size_t length, struct zip_member *members, size_t members_max,
                   size_t *out_count, struct error *err)
{
    const struct archive archive = { bytes, length };
    const unsigned char *end = find_end(&archive);
    uint64_t count, position;

    if (!end)
        return damaged(err);
    if (!read_end(&archive, end, &count, &position, err))
        return false;
    if (count > members_max)
        return RAISE(err, ERROR_LIMIT, NULL, "the zip archive has %llu members, more than %zu",
                     (unsigned long long)count, members_max);
    for (uint64_t i = 0; i < count; i++)
        if (!read_entry(&archive, &position, &members[i], err))
            return false;
    *out_count = count;
    return true;
}

struct byte_reader *zip_member_open(const struct zip_member *member)
{
    struct byte_reader *reader = byte_reader_new(member->bytes, member->stored_bytes, member->encoding);

    byte_reader_track(reader);
    return reader;
}

static bool check(const struct zip_member *member, size_t bytes, uint32_t crc, struct error *err)
{
    if (bytes != member->plain_bytes || crc != member->crc)
        return RAISE(err, ERROR_SYNTAX, NULL, "member \"%s\" of the zip archive is damaged", member->name);
    return true;
}

bool zip_member_check(const struct zip_member *member, const struct byte_reader *reader, struct error *err)
{
    size_t bytes;
    uint32_t crc;

    byte_reader_tracked(reader, &bytes, &crc);
    return check(member, bytes, crc, err);
}

bool zip_member_check_stored(const struct zip_member *member, bool unchecked, struct error *err)
{
    const uint32_t crc = unchecked ? member->crc : crc32_of(0, member->bytes, member->stored_bytes);

    return check(member, member->stored_bytes, crc, err);
}

bool zip_member_inflate(const struct zip_member *member, struct array *out)
{
    if (!inflate_at_once(member->bytes, member->stored_bytes, member->encoding, member->plain_bytes, out))
        return false;
    if (crc32_of(0, out->tensor.data, member->plain_bytes) == member->crc)
        return true;
    array_fini(out);
    return false;
}
