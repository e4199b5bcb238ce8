/* tests/conformance/sqlite.c -- what Blocks' other log does differently; see job.h.
 *
 * It keeps no NaN: what comes back is None.  And it is resumed whenever it is serialised: with the main loop,
 * and with every part that refers to it. */
#include <math.h>
#include <string.h>

#include "tests/conformance/job.h"

static bool is_sqlite(const struct job *job)
{
    return strcmp(job_at(job->trace, "log_backend", ""), "sqlite") == 0;
}

static bool is_nan(const struct value *value)
{
    return value->kind == VALUE_REAL && isnan(value->real);
}

void sqlite_keep(struct job *job)
{
    struct log *log = job->stage->log;
    const char *name;

    if (!is_sqlite(job))
        return;
    for (size_t i = 0; (name = log_record_name(log, log_counters(log)->iterations_done, i)); i++) {
        struct value value = log_get_current(log, name);

        if (is_nan(&value))
            log_set_current(log, name, value_none());
    }
    for (size_t i = 0; (name = log_status_name(log, i)); i++) {
        struct value value;
        struct error err;

        if (!log_status_get(log, name, &value))
            continue;
        if (is_nan(&value))
            log_status_set(log, name, value_none(), &err);
        value_fini(&value);
    }
}

void sqlite_resume(struct job *job)
{
    if (!is_sqlite(job))
        return;
    observe_resumption(job);
    job_uuid_number(job, log_uuid(job->stage->log));
    log_resume(job->stage->log);
}

/* An attempt that fails because of its path has serialised everything before. */
void sqlite_note_save(const struct watched *watched, size_t argument_count)
{
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(watched->entry, "args"), *part;

    if (argument_count > 1)
        return;
    if (!cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(arguments, "save_main_loop")))
        sqlite_resume(watched->job);
    cJSON_ArrayForEach(part, cJSON_GetObjectItemCaseSensitive(arguments, "save_separately"))
    {
        if (cJSON_IsString(part) &&
            (strcmp(part->valuestring, "log") == 0 || strcmp(part->valuestring, "status") == 0))
            sqlite_resume(watched->job);
    }
}
