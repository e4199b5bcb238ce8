/* engine/data/npz.c -- see npz.h. */
#include "engine/data/npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/data/npy.h"
#include "engine/data/zip.h"

static bool read_stored(const struct zip_member *member, const struct in_place *in_place, size_t bytes_max,
                        struct array *out, struct error *err)
{
    if (!npy_read_bytes(member->bytes, member->stored_bytes, in_place, bytes_max, out, err))
        return false;
    if (zip_member_check_stored(member, out->in_file && in_place->unchecked, err))
        return true;
    array_fini(out);
    return false;
}

/* False: something is wrong, or too large; read_pieces tells what it is, or reads it. */
static bool read_at_once(const struct zip_member *member, size_t bytes_max, struct array *out)
{
    struct error ignored;
    struct array plain;

    if (member->plain_bytes > bytes_max || !zip_member_inflate(member, &plain))
        return false;
    if (npy_read_bytes(plain.tensor.data, member->plain_bytes, &IN_PLACE_ALWAYS, bytes_max, out, &ignored)) {
        array_keep(out, &plain);
        return true;
    }
    array_fini(&plain);
    return false;
}

static bool read_pieces(const struct zip_member *member, size_t bytes_max, struct array *out,
                        struct error *err)
{
    struct byte_reader *reader = zip_member_open(member);
    bool good = npy_read(reader, bytes_max, out, err);

    if (good && !zip_member_check(member, reader, err)) {
        array_fini(out);
        good = false;
    }
    byte_reader_free(reader);
    return good;
}

static bool read_array(const struct zip_member *member, const struct in_place *in_place, size_t bytes_max,
                       struct array *out, struct error *err)
{
    if (member->encoding == BYTES_PLAIN)
        return read_stored(member, in_place, bytes_max, out, err);
    return read_at_once(member, bytes_max, out) || read_pieces(member, bytes_max, out, err);
}

static bool read_member(const struct zip_member *member, const struct in_place *in_place,
                        struct dataset *dataset, struct error *err)
{
    const size_t length = strlen(member->name);
    char name[ZIP_NAME_MAX + 1];
    struct array array;

    if (length <= 4 || strcmp(member->name + length - 4, ".npy") != 0)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "member \"%s\" of the npz file is not an .npy file",
                     member->name);
    snprintf(name, sizeof(name), "%.*s", (int)(length - 4), member->name);
    if (!source_name_check(name, err))
        return false;
    if (!read_array(member, in_place, dataset_room(dataset), &array, err))
        return error_prefix(err, "source \"%s\"", name);
    if (dataset_add(dataset, name, &array, err))
        return true;
    array_fini(&array);
    return false;
}

bool npz_read(const void *bytes, size_t length, const struct in_place *in_place, struct dataset *dataset,
              struct error *err)
{
    struct zip_member *members = memory_new(DATASET_SOURCES_MAX, sizeof(*members));
    size_t count;
    bool good = zip_directory(bytes, length, members, DATASET_SOURCES_MAX, &count, err);

    if (good && count == 0)
        good = RAISE(err, ERROR_INVALID_VALUE, NULL, "the npz file holds no arrays");
    for (size_t i = 0; good && i < count; i++)
        good = read_member(&members[i], in_place, dataset, err);
    free(members);
    return good;
}
