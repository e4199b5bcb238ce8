/* engine/checkpoint/archive_reader.c -- see archive_reader.h. */
#include "engine/checkpoint/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/memory.h"

struct archive_reader {
    const unsigned char *file; /* the mapping; NULL when empty */
    size_t file_bytes;
    struct archive_member *members;
    size_t count;
};

static bool corrupt(struct error *err, const char *what)
{
    return RAISE(err, ERROR_CORRUPT, NULL, "the checkpoint archive is damaged: %s", what);
}

static bool map_file(struct archive_reader *reader, const char *path, struct error *err)
{
    struct stat status;
    void *mapped;
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    if (file < 0 && errno == ENOENT)
        return RAISE(err, ERROR_NOT_FOUND, NULL, "there is no such checkpoint");
    if (file < 0)
        return RAISE_ERRNO(err, "could not open the checkpoint");
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size <= 0) {
        close(file);
        return corrupt(err, "it is empty or not a regular file");
    }
    reader->file_bytes = (size_t)status.st_size;
    mapped = mmap(NULL, reader->file_bytes, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (mapped == MAP_FAILED)
        return RAISE_ERRNO(err, "could not map the checkpoint");
    reader->file = mapped;
    return true;
}

static bool name_is_plain(const char *name)
{
    return name && *name && name[0] != '/' && !strstr(name, "..") && strlen(name) < 256;
}

/* The bytes of an uncompressed tar lie in the file as they are: libarchive hands out a view of the mapping.
 */
static bool view_member(const struct archive_reader *reader, struct archive *archive, size_t size,
                        struct archive_member *member, struct error *err)
{
    const void *block = reader->file;
    size_t length = 0;
    la_int64_t offset = 0;
    const unsigned char *bytes;

    if (size && archive_read_data_block(archive, &block, &length, &offset) != ARCHIVE_OK)
        return corrupt(err, "a member is cut off");
    bytes = block;
    if (offset != 0 || length != size || bytes < reader->file ||
        bytes + size > reader->file + reader->file_bytes)
        return corrupt(err, "a member is cut off");
    member->bytes = bytes;
    member->length = size;
    member->offset = (uint64_t)(bytes - reader->file);
    return true;
}

static bool add_member(struct archive_reader *reader, struct archive *archive, struct archive_entry *entry,
                       struct error *err)
{
    const char *name = archive_entry_pathname(entry);
    la_int64_t size = archive_entry_size(entry);
    struct archive_member member;

    if (!name_is_plain(name) || archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry))
        return corrupt(err, "a member is not a plain file");
    if (archive_reader_find(reader, name))
        return corrupt(err, "a member is there twice");
    if (reader->count == ARCHIVE_MEMBERS_MAX)
        return corrupt(err, "there are too many members");
    if (size < 0 || !view_member(reader, archive, (size_t)size, &member, err))
        return size >= 0 ? false : corrupt(err, "a member has no size");
    member.name = memory_text(name);
    reader->members[reader->count++] = member;
    return true;
}

static bool read_members(struct archive_reader *reader, struct archive *archive, struct error *err)
{
    struct archive_entry *entry;
    int result;

    if (archive_read_support_format_tar(archive) != ARCHIVE_OK ||
        archive_read_open_memory(archive, reader->file, reader->file_bytes) != ARCHIVE_OK)
        return corrupt(err, "it is not a tar");
    while ((result = archive_read_next_header(archive, &entry)) == ARCHIVE_OK)
        if (!add_member(reader, archive, entry, err))
            return false;
    return result == ARCHIVE_EOF || corrupt(err, "a header is not readable");
}

struct archive_reader *archive_reader_open(const char *path, struct error *err)
{
    struct archive_reader *reader = memory_new(1, sizeof(*reader));
    struct archive *archive = NULL;
    bool opened = false;

    reader->members = memory_new(ARCHIVE_MEMBERS_MAX, sizeof(*reader->members));
    if (!map_file(reader, path, err))
        goto done;
    archive = archive_read_new();
    if (!archive) {
        RAISE(err, ERROR_MEMORY, NULL, "out of memory while opening the checkpoint");
        goto done;
    }
    opened = read_members(reader, archive, err);
done:
    archive_read_free(archive);
    if (!opened) {
        archive_reader_close(reader);
        return NULL;
    }
    return reader;
}

const struct archive_member *archive_reader_find(const struct archive_reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->count; i++)
        if (strcmp(reader->members[i].name, name) == 0)
            return &reader->members[i];
    return NULL;
}

const struct archive_member *archive_reader_members(const struct archive_reader *reader, size_t *out_count)
{
    *out_count = reader->count;
    return reader->members;
}

void archive_reader_close(struct archive_reader *reader)
{
    if (!reader)
        return;
    for (size_t i = 0; i < reader->count; i++)
        free((char *)reader->members[i].name);
    free(reader->members);
    if (reader->file)
        munmap((void *)reader->file, reader->file_bytes);
    free(reader);
}
