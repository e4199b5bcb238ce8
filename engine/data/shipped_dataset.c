/* engine/data/shipped_dataset.c -- see shipped_dataset.h. */
#include "engine/data/shipped_dataset.h"

#include <string.h>

#include "engine/base/embedded.h"
#include "engine/data/dataset_file.h"

extern const struct embedded_file shipped_dataset_files[]; /* in the order of shipped_datasets */

const char *const shipped_datasets[] = { "digits", NULL };

bool dataset_open_shipped(const char *name, struct dataset **out, struct error *err)
{
    for (size_t i = 0; shipped_datasets[i]; i++)
        if (strcmp(shipped_datasets[i], name) == 0)
            return dataset_read(shipped_dataset_files[i].bytes, shipped_dataset_files[i].count, NULL, out,
                                err);
    return RAISE(err, ERROR_NOT_FOUND, NULL, "no dataset ships under that name");
}
