/* tests/conformance/observe.c -- what a job does, in the shape in which cases say what it should do; see
 * job.h. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/checkpoint/archive_reader.h"
#include "engine/checkpoint/saved_parameters.h"
#include "engine/checkpoint/save.h"
#include "engine/extensions/progress_bar.h"
#include "engine/training/aggregator.h"
#include "engine/training/value_json.h"
#include "tests/conformance/compare.h"
#include "tests/conformance/job.h"

enum { WIDGETS_KNOWN = 10, WIDGETS_UNKNOWN = 6 };

cJSON *json_of_value(const struct value *value)
{
    cJSON *json;

    switch (value->kind) {
    case VALUE_NONE:
        return cJSON_CreateNull();
    case VALUE_BOOLEAN:
        return cJSON_CreateBool(value->boolean);
    case VALUE_INTEGER:
        return cJSON_CreateNumber((double)value->integer);
    case VALUE_REAL:
        return json_of_number(value->real);
    case VALUE_TEXT:
        return cJSON_CreateString(value->text);
    case VALUE_LIST:
    case VALUE_TABLE:
        break;
    }
    json = value->kind == VALUE_LIST ? cJSON_CreateArray() : cJSON_CreateObject();
    for (size_t i = 0; i < value->list.count; i++) {
        if (value->kind == VALUE_LIST)
            cJSON_AddItemToArray(json, json_of_value(&value->list.items[i]));
        else
            cJSON_AddItemToObject(json, value->list.keys[i], json_of_value(&value->list.items[i]));
    }
    return json;
}

struct value value_of_json(const cJSON *json)
{
    struct value list;
    const cJSON *item;
    double number;

    if (cJSON_IsArray(json)) {
        list = value_list();
        cJSON_ArrayForEach(item, json)
        {
            value_append(&list, value_of_json(item));
        }
        return list;
    }
    if (json_number(json, &number) && (cJSON_IsObject(json) || json_is_float(json)))
        return value_real(number);
    return value_from_json(json);
}

void observe_call(struct watched *watched, const struct event *event, const struct value *arguments,
                  size_t count)
{
    struct job *job = watched->job;
    const struct log_counters *counters = log_counters(job->stage->log);
    const char *id = job_at(watched->entry, "id", NULL);
    cJSON *call, *list;

    if (!id)
        return;
    call = cJSON_CreateObject();
    cJSON_AddNumberToObject(call, "run", job->run);
    cJSON_AddStringToObject(call, "ext", id);
    cJSON_AddStringToObject(call, "callback", callback_name(event->callback));
    cJSON_AddNumberToObject(call, "iterations_done", (double)counters->iterations_done);
    cJSON_AddNumberToObject(call, "epochs_done", (double)counters->epochs_done);
    if (event->batch && !job->stage->stream->data)
        cJSON_AddNumberToObject(call, "batch", (double)job->stage->stream->number);
    if (count) {
        list = cJSON_AddArrayToObject(call, "args");
        for (size_t i = 0; i < count; i++)
            cJSON_AddItemToArray(list, json_of_value(&arguments[i]));
    }
    if (event->error)
        cJSON_AddStringToObject(call, "error", error_code_name(event->error->code));
    cJSON_AddItemToArray(job->calls, call);
}

static cJSON *bar_event(struct job *job, const char *name)
{
    cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "event", name);
    cJSON_AddItemToArray(job->progress, event);
    return event;
}

void observe_bar(struct watched *watched)
{
    const struct progress_bar *bar = progress_bar_of(watched->extension);
    struct job *job = watched->job;
    char label[64];
    cJSON *event;

    if (bar->shown && !watched->bar_shown) {
        snprintf(label, sizeof label, "Epoch %" PRId64 ", step ", bar->epoch);
        event = bar_event(job, "create");
        cJSON_AddStringToObject(event, "label", label);
        if (bar->length >= 0)
            cJSON_AddNumberToObject(event, "max_value", (double)bar->length);
        else
            cJSON_AddNullToObject(event, "max_value");
        cJSON_AddNumberToObject(event, "widgets", bar->length >= 0 ? WIDGETS_KNOWN : WIDGETS_UNKNOWN);
        bar_event(job, "start");
    }
    if (bar->shown && (!watched->bar_shown || bar->step != watched->bar_step))
        cJSON_AddNumberToObject(bar_event(job, "update"), "value", (double)bar->step);
    if (!bar->shown && watched->bar_shown)
        bar_event(job, "finish");
    watched->bar_shown = bar->shown;
    watched->bar_step = bar->step;
}

void observe_number(struct watched *watched)
{
    struct job *job = watched->job;
    const char *name = job_at(cJSON_GetObjectItemCaseSensitive(watched->entry, "args"), "parameter", "");
    const struct variable *variable = variables_find(job->stage->model->variables, name);

    cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(job->histories, name),
                         json_of_number(tensor_read(&variable->value, 0)));
}

cJSON *observe_log(const struct log *log)
{
    cJSON *rows = cJSON_CreateObject();

    for (size_t i = 0; i < log_row_count(log); i++) {
        int64_t iteration = log_row_iteration(log, i);
        const char *record;
        char key[32];
        cJSON *row;

        snprintf(key, sizeof key, "%" PRId64, iteration);
        row = cJSON_AddObjectToObject(rows, key);
        for (size_t j = 0; (record = log_record_name(log, iteration, j)); j++) {
            struct value value = log_get(log, iteration, record);

            if (value.kind == VALUE_TEXT && strcmp(value.text, REQUEST_TAKEN_BACK) == 0)
                continue;
            cJSON_AddItemToObject(row, record, json_of_value(&value));
        }
    }
    return rows;
}

size_t job_uuid_number(struct job *job, const char *uuid)
{
    for (size_t i = 0; i < job->uuid_count; i++)
        if (strcmp(job->uuids[i], uuid) == 0)
            return i;
    if (job->uuid_count == UUIDS_MAX)
        return UUIDS_MAX;
    snprintf(job->uuids[job->uuid_count], LOG_UUID_BYTES, "%s", uuid);
    return job->uuid_count++;
}

void observe_resumption(struct job *job)
{
    struct value value;

    if (!log_status_get(job->stage->log, "resumed_from", &value))
        return;
    if (value.kind == VALUE_TEXT)
        job_uuid_number(job, value.text);
    value_fini(&value);
}

cJSON *observe_status(struct job *job)
{
    const struct log *log = job->stage->log;
    cJSON *status = cJSON_CreateObject();
    const char *name;

    for (size_t i = 0; (name = log_status_name(log, i)); i++) {
        struct value value;
        char text[32];

        log_status_get(log, name, &value);
        if (strcmp(name, "resumed_from") == 0 && value.kind == VALUE_TEXT) {
            snprintf(text, sizeof text, "<log-uuid %zu>", job_uuid_number(job, value.text));
            cJSON_AddStringToObject(status, name, text);
        } else {
            cJSON_AddItemToObject(status, name, json_of_value(&value));
        }
        value_fini(&value);
    }
    return status;
}

/* ---- Files ---- */

static void add_parameters(cJSON *file, const struct archive_member *member)
{
    struct saved_parameters saved = { 0 };
    cJSON *names = cJSON_AddArrayToObject(file, "parameters_zip_members");
    cJSON *values = cJSON_AddObjectToObject(file, "parameters");
    struct error err;

    if (!saved_parameters_read(&saved, member->bytes, member->length, &err))
        return;
    for (size_t i = 0; i < saved.count; i++) {
        char name[PARAMETER_NAME_BYTES], npy[PARAMETER_NAME_BYTES + 8];
        struct value value = tensor_value(&saved.items[i].array.tensor);

        parameter_to_member(saved.items[i].path, name);
        snprintf(npy, sizeof npy, "%s.npy", name);
        cJSON_AddItemToArray(names, cJSON_CreateString(npy));
        cJSON_AddItemToObject(values, name, json_of_value(&value));
        value_fini(&value);
    }
    saved_parameters_fini(&saved);
}

/* _main_loop/... stands for the member _pkl. */
static cJSON *observe_file(const char *path)
{
    cJSON *file = cJSON_CreateObject(), *members = cJSON_AddArrayToObject(file, "members");
    struct error err;
    struct archive_reader *reader = archive_reader_open(path, &err);
    const struct archive_member *items;
    size_t count = 0;
    bool main_loop = false;

    if (!reader)
        return file;
    items = archive_reader_members(reader, &count);
    for (size_t i = 0; i < count; i++) {
        bool inside = strncmp(items[i].name, "_main_loop/", strlen("_main_loop/")) == 0;

        if (!inside || !main_loop)
            cJSON_AddItemToArray(members, cJSON_CreateString(inside ? "_pkl" : items[i].name));
        main_loop |= inside;
        if (strcmp(items[i].name, "_parameters") == 0)
            add_parameters(file, &items[i]);
    }
    archive_reader_close(reader);
    return file;
}

static void walk(const char *folder, const char *prefix, cJSON *files, int *left)
{
    DIR *directory = opendir(folder);
    struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        char path[PATH_MAX], name[PATH_MAX];
        struct stat status;
        size_t length = strlen(entry->d_name);

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%.2000s/%.1000s", folder, entry->d_name);
        snprintf(name, sizeof name, "%.2000s%.1000s", prefix, entry->d_name);
        if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
            strncat(name, "/", sizeof name - strlen(name) - 1);
            walk(path, name, files, left);
        } else if (length > 4 && strcmp(entry->d_name + length - 4, ".tar") == 0) {
            cJSON_AddItemToObject(files, name, observe_file(path));
        } else {
            (*left)++;
        }
    }
    if (directory)
        closedir(directory);
}

cJSON *observe_files(const struct job *job, int *out_left)
{
    cJSON *files = cJSON_CreateObject();

    *out_left = 0;
    walk(job->folder, "", files, out_left);
    return files;
}
