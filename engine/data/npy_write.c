/* engine/data/npy_write.c -- writes NumPy's array format. */
#include "engine/data/npy.h"

#include "engine/base/write_file.h"

bool npy_write_file(const char *path, const struct tensor *tensor, struct error *err)
{
    struct text header = { 0 };
    bool written;

    npy_header_write(tensor->dtype, &tensor->shape, &header);
    written = write_file(path,
                         (const struct write_part[]){
                             { header.bytes, header.length },
                             { tensor->data, tensor_bytes(tensor) },
                         },
                         2, err);
    text_fini(&header);
    return written;
}
