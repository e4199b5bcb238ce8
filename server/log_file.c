/* server/log_file.c -- see log_file.h. */
#include "server/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/base/write_file.h"
#include "engine/training/name_table.h"

enum { RECORDS_MAX = 4096 }; /* that wait */

struct kept_record {
    int64_t iteration;
    uint32_t name;
    struct value value;
};

struct log_file {
    int descriptor;
    struct name_table names;
    struct kept_record *records; /* that are not written yet, row by row */
    size_t count, capacity;
    size_t row; /* where the last of these rows begins */
    struct text lines;
    int64_t written_ms;
    int failure; /* errno of the first write that failed */
    bool told;   /* about it: once is enough */
};

struct log_file *log_file_open(const char *path, struct error *err)
{
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    struct log_file *file;

    if (descriptor < 0) {
        RAISE_ERRNO(err, "could not write %s", path);
        return NULL;
    }
    file = memory_new(1, sizeof *file);
    file->descriptor = descriptor;
    return file;
}

/* The row that begins with record `first`; gives where the next one does. */
static size_t add_line(struct log_file *file, size_t first)
{
    const int64_t iteration = file->records[first].iteration;
    size_t i = first;

    text_format(&file->lines, "{\"iteration\": %" PRId64 ", \"records\": {", iteration);
    for (; i < file->count && file->records[i].iteration == iteration; i++) {
        if (i > first)
            text_add_char(&file->lines, ',');
        text_add_json_text(&file->lines, file->names.names[file->records[i].name]);
        text_add_char(&file->lines, ':');
        value_to_json(&file->records[i].value, &file->lines);
        value_fini(&file->records[i].value);
    }
    text_add(&file->lines, "}}\n");
    return i;
}

/* Rows up to record `end`, which begins one. */
static void write_rows(struct log_file *file, size_t end)
{
    text_clear(&file->lines);
    for (size_t i = 0; i < end;)
        i = add_line(file, i);
    for (size_t i = end; i < file->count; i++)
        file->records[i - end] = file->records[i];
    file->count -= end;
    file->row = 0;
    if (!write_all(file->descriptor, text_bytes(&file->lines), file->lines.length))
        file->failure = file->failure ? file->failure : errno;
}

/* Complete rows end before record `end`. */
static void write_some(struct log_file *file, size_t end)
{
    const int64_t now = end ? clock_now_ms() : 0;

    if (!end || (end < RECORDS_MAX && now - file->written_ms < LOG_FILE_DELAY_MS))
        return;
    write_rows(file, end);
    file->written_ms = now;
}

static void keep(struct log_file *file, const struct sink_record *record)
{
    const uint32_t name = name_table_intern(&file->names, record->name);

    if (file->count && file->records[file->row].iteration != record->iteration)
        file->row = file->count;
    for (size_t i = file->row; i < file->count; i++) {
        if (file->records[i].name != name)
            continue;
        value_fini(&file->records[i].value);
        file->records[i].value = value_copy(record->value);
        return;
    }
    file->records = memory_room(file->records, file->count, &file->capacity, sizeof *file->records);
    file->records[file->count++] = (struct kept_record){ record->iteration, name, value_copy(record->value) };
}

static bool report(struct log_file *file, struct error *err)
{
    if (!file->failure || file->told)
        return true;
    file->told = true;
    errno = file->failure;
    return RAISE_ERRNO(err, "could not write log.jsonl");
}

bool log_file_records(struct log_file *file, const struct sink_record *records, size_t count,
                      struct error *err)
{
    for (size_t i = 0; i < count; i++)
        keep(file, &records[i]);
    write_some(file, file->row);
    return report(file, err);
}

void log_file_progress(struct log_file *file, int64_t iterations_done)
{
    if (file->count && file->records[file->row].iteration < iterations_done)
        write_some(file, file->count);
}

bool log_file_close(struct log_file *file, struct error *err)
{
    bool written;

    write_rows(file, file->count);
    if (close(file->descriptor) != 0)
        file->failure = file->failure ? file->failure : errno;
    written = report(file, err);
    name_table_fini(&file->names);
    text_fini(&file->lines);
    free(file->records);
    free(file);
    return written;
}
