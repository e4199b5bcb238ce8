/* engine/data/file_dataset.c -- a dataset in a file, for programs that run on behalf of the owner of the
 * files. */
#include "engine/base/component_report.h"
#include "engine/data/dataset_file.h"
#include "engine/data/inline_dataset.h"

struct file_dataset {
    const char *path, *target;
};

static const struct param params[] = {
    PARAM(file_dataset, path, TEXT, .required = true, .about = "An npz, HDF5 or CSV file."),
    PARAM(file_dataset, target, TEXT, .nullable = true,
          .about = "The CSV column of classes, by its header or its number from 1; -1 is the last one."),
    PARAM_END,
};

static struct dataset *file_dataset_open(const struct component *component, enum dataset_purpose purpose,
                                         struct error_list *errors)
{
    const struct file_dataset *settings = component->settings;
    struct dataset *dataset = NULL;
    struct error err = { 0 };

    (void)purpose;
    if (dataset_read_file(settings->path, settings->target, &dataset, &err))
        return dataset;
    REPORT_AT(errors, err.code, component, "path", "%s", err.message);
    if (err.hint[0])
        error_list_hint(errors, "%s", err.hint);
    return NULL;
}

const struct inline_dataset_type file_dataset_type = {
    .component = {
        .name = "file",
        .about = "Reads an npz, HDF5 or CSV file; for kilnd run and kilnd check.",
        .params = params,
        .settings_size = sizeof(struct file_dataset),
    },
    .open = file_dataset_open,
};
