/* engine/training/log_state.c -- the log in checkpoints; see log.h.
 *
 * Rows: {"names": [NAME, ...], "rows": [[ITERATION, NUMBER, VALUE, NUMBER, VALUE, ...], ...]}
 * Status: {"uuid": HEX, "entries": [NAME, VALUE, ...]} */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/training/log_internal.h"
#include "engine/training/value_json.h"

void log_save_rows(const struct log *log, struct text *out_json)
{
    text_add(out_json, "{\"names\":[");
    for (uint32_t i = 0; i < log->names.count; i++) {
        if (i)
            text_add_char(out_json, ',');
        text_add_json_text(out_json, log->names.names[i]);
    }
    text_add(out_json, "],\"rows\":[");
    for (size_t i = 0; i < log->row_count; i++) {
        const struct row *row = &log->rows[i];

        text_format(out_json, "%s[%" PRId64, i ? ",\n" : "", row->iteration);
        for (size_t j = 0; j < row->count; j++) {
            const struct record *record = &log->records[row->first + j];
            struct value view = record_view(record);

            text_format(out_json, ",%" PRIu32 ",", record->name);
            value_save(&view, out_json);
        }
        text_add_char(out_json, ']');
    }
    text_add(out_json, "]}");
}

void log_save_status(const struct log *log, struct text *out_json)
{
    const char *name;

    text_format(out_json, "{\"uuid\":\"%s\",\"entries\":[", log->uuid);
    for (size_t i = 0; (name = log_status_name(log, i)); i++) {
        struct value value;

        if (i)
            text_add_char(out_json, ',');
        text_add_json_text(out_json, name);
        text_add_char(out_json, ',');
        log_status_get(log, name, &value);
        value_save(&value, out_json);
        value_fini(&value);
    }
    text_add(out_json, "]}");
}

static bool corrupt(struct error *err, const char *what)
{
    return RAISE(err, ERROR_CORRUPT, NULL, "the saved %s is not readable", what);
}

static bool whole(const cJSON *json, double max, int64_t *out)
{
    if (!cJSON_IsNumber(json) || !(json->valuedouble >= 0) || json->valuedouble > max ||
        json->valuedouble != floor(json->valuedouble))
        return false;
    *out = (int64_t)json->valuedouble;
    return true;
}

static bool row_load(struct log *log, const cJSON *json, const cJSON **names, size_t name_count,
                     struct error *err)
{
    int64_t iteration, number;

    if (!cJSON_IsArray(json) || !whole(json->child, 9007199254740992.0, &iteration))
        return corrupt(err, "log");
    for (const cJSON *item = json->child->next; item; item = item->next->next) {
        struct value value;

        if (!whole(item, 4e9, &number) || (size_t)number >= name_count || !item->next)
            return corrupt(err, "log");
        if (!value_load(item->next, &value, err))
            return false;
        log_set(log, iteration, names[number]->valuestring, value);
    }
    return true;
}

static bool rows_load(struct log *log, const cJSON *json, struct error *err)
{
    const cJSON *names_json = cJSON_GetObjectItemCaseSensitive(json, "names");
    const cJSON *rows_json = cJSON_GetObjectItemCaseSensitive(json, "rows");
    size_t count = 0;
    const cJSON **names;
    const cJSON *item;
    bool loaded = true;

    if (!cJSON_IsArray(names_json) || !cJSON_IsArray(rows_json))
        return corrupt(err, "log");
    names = memory_new((size_t)cJSON_GetArraySize(names_json) + 1, sizeof *names);
    cJSON_ArrayForEach(item, names_json)
    {
        if (!cJSON_IsString(item))
            loaded = corrupt(err, "log");
        names[count++] = item;
    }
    cJSON_ArrayForEach(item, rows_json)
    {
        if (loaded)
            loaded = row_load(log, item, names, count, err);
    }
    free(names);
    return loaded;
}

static bool status_load(struct log *log, const cJSON *json, struct error *err)
{
    const cJSON *uuid = cJSON_GetObjectItemCaseSensitive(json, "uuid");
    const cJSON *entries = cJSON_GetObjectItemCaseSensitive(json, "entries");

    if (!cJSON_IsString(uuid) || strlen(uuid->valuestring) != LOG_UUID_BYTES - 1 || !cJSON_IsArray(entries))
        return corrupt(err, "status");
    memcpy(log->uuid, uuid->valuestring, LOG_UUID_BYTES);
    for (const cJSON *name = entries->child; name; name = name->next->next) {
        struct value value;

        if (!cJSON_IsString(name) || !name->next)
            return corrupt(err, "status");
        if (!value_load(name->next, &value, err) || !log_status_set(log, name->valuestring, value, err))
            return false;
    }
    return true;
}

static void forget_dirty(struct log *log)
{
    for (size_t i = 0; i < log->dirty_count; i++)
        log_find(log, log->dirty[i].iteration, log->dirty[i].name)->dirty = false;
    log->dirty_count = 0;
}

bool log_load(struct log *log, const struct cJSON *rows, const struct cJSON *status, bool fresh,
              struct error *err)
{
    struct log loaded = { .status_touched = true };

    if (!rows_load(&loaded, rows, err) || !status_load(&loaded, status, err)) {
        log_clear(&loaded);
        return false;
    }
    if (!fresh)
        forget_dirty(&loaded);
    log_clear(log);
    *log = loaded;
    return true;
}
