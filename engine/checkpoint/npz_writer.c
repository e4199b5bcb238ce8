/* engine/checkpoint/npz_writer.c -- see npz_writer.h. */
#include "engine/checkpoint/npz_writer.h"

#include <archive.h>
#include <archive_entry.h>

#include "engine/base/text.h"
#include "engine/data/npy.h"

struct output {
    npz_put_fn *put;
    void *context;
    struct error *err;
    bool raised; /* err tells why `put` refused */
};

static la_ssize_t put_block(struct archive *archive, void *context, const void *bytes, size_t length)
{
    struct output *output = context;

    if (output->put(output->context, bytes, length, output->err))
        return (la_ssize_t)length;
    output->raised = true;
    archive_set_error(archive, ARCHIVE_FATAL, "output refused");
    return -1;
}

static bool raise_archive(struct archive *archive, const struct output *output)
{
    return output->raised ? false
                          : RAISE(output->err, ERROR_IO, NULL, "could not write an npz: %s",
                                  archive_error_string(archive));
}

static bool add_array(struct archive *archive, const struct named_tensor *array, struct output *output)
{
    struct archive_entry *entry = archive_entry_new();
    size_t data_bytes = tensor_bytes(&array->tensor);
    struct text name = { 0 }, header = { 0 };
    bool added;

    text_format(&name, "%s.npy", array->name);
    npy_header_write(array->tensor.dtype, &array->tensor.shape, &header);
    archive_entry_set_pathname(entry, text_bytes(&name));
    archive_entry_set_size(entry, (la_int64_t)(header.length + data_bytes));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    added = archive_write_header(archive, entry) == ARCHIVE_OK &&
            archive_write_data(archive, text_bytes(&header), header.length) == (la_ssize_t)header.length &&
            (!data_bytes ||
             archive_write_data(archive, array->tensor.data, data_bytes) == (la_ssize_t)data_bytes);
    archive_entry_free(entry);
    text_fini(&header);
    text_fini(&name);
    return added || raise_archive(archive, output);
}

bool npz_write(const struct named_tensor *arrays, size_t count, npz_put_fn *put, void *context,
               struct error *err)
{
    struct output output = { put, context, err, false };
    struct archive *archive = archive_write_new();
    bool written = false;

    if (!archive || archive_write_set_format_zip(archive) != ARCHIVE_OK ||
        archive_write_zip_set_compression_store(archive) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(archive, 1) != ARCHIVE_OK ||
        archive_write_open(archive, &output, NULL, put_block, NULL) != ARCHIVE_OK) {
        RAISE(err, ERROR_INTERNAL, NULL, "libarchive cannot write zip");
        goto done;
    }
    for (size_t i = 0; i < count; i++)
        if (!add_array(archive, &arrays[i], &output))
            goto done;
    written = archive_write_close(archive) == ARCHIVE_OK || raise_archive(archive, &output);
done:
    archive_write_free(archive);
    return written;
}
