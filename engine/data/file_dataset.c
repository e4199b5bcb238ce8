/* engine/data/file_dataset.c -- a dataset in files, for programs that run on behalf of the owner of the
 * files.
 */
#include <cjson/cJSON.h>

#include "engine/base/component_adopt.h"
#include "engine/base/component_report.h"
#include "engine/data/dataset_file.h"
#include "engine/data/inline_dataset.h"

struct file_dataset {
    const char *path, *target;
    const struct cJSON *sources;
};

static const struct param params[] = {
    PARAM(file_dataset, path, TEXT, .nullable = true, .about = "An npz, HDF5 or CSV file."),
    PARAM(file_dataset, target, TEXT, .nullable = true,
          .about = "The CSV column of classes, by its header or its number from 1; -1 is the last one."),
    PARAM(file_dataset, sources, JSON, .nullable = true,
          .about = "Instead of a path: an object that gives each source its own npy or IDX file."),
    PARAM_END,
};

static bool report(struct error_list *errors, const struct json_path *path, const struct error *err)
{
    REPORT(errors, err->code, path, "%s", err->message);
    return err->hint[0] ? error_list_hint(errors, "%s", err->hint) : false;
}

static void open_source(struct dataset *dataset, const cJSON *json, const struct json_path *path,
                        struct error_list *errors)
{
    const char *file = cJSON_GetStringValue(json);
    struct array array;
    struct error err = { 0 };

    if (!file)
        REPORT(errors, ERROR_WRONG_TYPE, path, "the file of a source must be a text");
    else if (!source_read_file(file, &array, &err))
        report(errors, path, &err);
    else if (!dataset_add(dataset, json->string, &array, &err)) {
        array_fini(&array);
        report(errors, path, &err);
    }
}

static struct dataset *open_sources(const struct component *component, struct error_list *errors)
{
    const struct file_dataset *settings = component->settings;
    const struct json_path path = { .key = "sources" };
    struct dataset *dataset = dataset_new();
    struct error_list found = { 0 };
    const cJSON *json;

    if (!cJSON_IsObject(settings->sources) || !settings->sources->child)
        REPORT(&found, ERROR_WRONG_TYPE, &path, "sources must be an object with at least one member");
    else
        cJSON_ArrayForEach(json, settings->sources)
        {
            open_source(dataset, json, &(struct json_path){ .parent = &path, .key = json->string }, &found);
        }
    if (component_adopt(errors, component, &found))
        return dataset;
    dataset_unref(dataset);
    return NULL;
}

static struct dataset *open_path(const struct component *component, struct error_list *errors)
{
    const struct file_dataset *settings = component->settings;
    struct dataset *dataset = NULL;
    struct error err = { 0 };

    if (dataset_read_file(settings->path, settings->target, &dataset, &err))
        return dataset;
    REPORT_AT(errors, err.code, component, "path", "%s", err.message);
    if (err.hint[0])
        error_list_hint(errors, "%s", err.hint);
    return NULL;
}

static struct dataset *file_dataset_open(const struct component *component, enum dataset_purpose purpose,
                                         struct error_list *errors)
{
    const struct file_dataset *settings = component->settings;

    (void)purpose;
    if (settings->path && !settings->sources)
        return open_path(component, errors);
    if (settings->sources && !settings->path && !settings->target)
        return open_sources(component, errors);
    if (settings->sources)
        REPORT_AT(errors, ERROR_CONFLICT, component, "sources", "sources and %s exclude each other",
                  settings->path ? "path" : "target");
    else
        REPORT_AT(errors, ERROR_MISSING_MEMBER, component, "path", "the path of a file is missing");
    error_list_hint(errors, "Give the path of one file, or sources with one npy or IDX file each.");
    return NULL;
}

const struct inline_dataset_type file_dataset_type = {
    .component = {
        .name = "file",
        .about = "Reads an npz, HDF5 or CSV file, or one npy or IDX file per source; for kilnd run and kilnd check.",
        .params = params,
        .settings_size = sizeof(struct file_dataset),
    },
    .open = file_dataset_open,
};
