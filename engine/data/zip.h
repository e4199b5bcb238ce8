/* engine/data/zip.h -- the members of a zip archive, as far as npz files need it.
 *
 * Read through the directory at the end: stored and deflated members, with zip64 sizes; no encryption, no
 * several volumes. Format: PKWARE APPNOTE 6.3. */
#ifndef ENGINE_DATA_ZIP_H
#define ENGINE_DATA_ZIP_H

#include <stdint.h>

#include "engine/data/array.h"
#include "engine/data/byte_reader.h"

enum { ZIP_NAME_MAX = 127 };

struct zip_member {
    char name[ZIP_NAME_MAX + 1];
    const unsigned char *bytes; /* in the archive, as stored */
    size_t stored_bytes, plain_bytes;
    uint32_t crc;
    enum byte_encoding encoding; /* BYTES_PLAIN or BYTES_DEFLATE */
};

/* True when the bytes begin like a zip archive. */
bool zip_guess(const void *bytes, size_t length);
/* Reads the directory; more than `members_max` members are ERROR_LIMIT.  The members point into `bytes`. */
bool zip_directory(const void *bytes, size_t length, struct zip_member *members, size_t members_max,
                   size_t *out_count, struct error *err);
/* A reader of the member's contents; after the last byte, zip_member_check tells whether they are what they
 * should be. */
struct byte_reader *zip_member_open(const struct zip_member *member);
bool zip_member_check(const struct zip_member *member, const struct byte_reader *reader, struct error *err);
/* The same without a reader, for a stored member: its bytes are where they are. */
bool zip_member_check_stored(const struct zip_member *member, bool unchecked, struct error *err);
/* The contents of a compressed member, already checked; false as in inflate.h. */
bool zip_member_inflate(const struct zip_member *member, struct array *out);

#endif
