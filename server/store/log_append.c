/* server/store/log_append.c -- stores a batch of log entries behind the fence. */
#include "server/store/log.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "engine/base/memory.h"
#include "server/store/job_row.h"

static const struct db_statement statement = {
    .name = "log_append",
    .sql =
        "WITH fence AS ("
        "    UPDATE jobs SET log_seq = log_seq + cardinality($3), heartbeat = heartbeat + 1,"
        "           lease_until = clock_timestamp() + make_interval(secs => $7 / 1000.0)"
        "     WHERE id = $1 AND epoch = $2 AND state = 'running'"
        "    RETURNING log_seq - cardinality($3) AS base, stop_requested::text AS stop),"
        " entries AS ("
        "    SELECT DISTINCT ON (iteration, record) iteration, record, value, json, place"
        "      FROM unnest($3, $4, $5, $6) WITH ORDINALITY AS e (iteration, record, value, json, place)"
        "     ORDER BY iteration, record, place DESC),"
        " stored AS ("
        "    INSERT INTO log_entries (job, iteration, record, seq, epoch, value, json)"
        "    SELECT $1, iteration, record, base + place, $2, value, json FROM fence, entries ORDER BY place"
        "    ON CONFLICT (job, record, iteration) DO UPDATE"
        /* A record that its own attempt changes is news; one that is replayed is not, until it has come back
         * to the value that was known before. */
        "       SET value = excluded.value, json = excluded.json, epoch = excluded.epoch,"
        "           seq = CASE WHEN log_entries.epoch = excluded.epoch"
        "                       AND log_entries.known_value IS NULL AND log_entries.known_json IS NULL"
        "                       AND (log_entries.value, log_entries.json)"
        "                           IS DISTINCT FROM (excluded.value, excluded.json)"
        "                      THEN excluded.seq ELSE log_entries.seq END,"
        "           (known_value, known_json) = ("
        "               SELECT known.value, known.json"
        "                 FROM (SELECT log_entries.known_value, log_entries.known_json"
        "                        WHERE log_entries.known_value IS NOT NULL OR log_entries.known_json IS NOT "
        "NULL"
        "                       UNION ALL"
        "                       SELECT log_entries.value, log_entries.json"
        "                        WHERE log_entries.epoch < excluded.epoch"
        "                        LIMIT 1) AS known (value, json)"
        "                WHERE (known.value, known.json) IS DISTINCT FROM (excluded.value, excluded.json))"
        "     WHERE log_entries.epoch <= excluded.epoch)"
        " SELECT stop FROM fence",
};

/* The columns of a batch, as unnest wants them. */
struct columns {
    int64_t *iterations;
    const char **records, **jsons;
    double *values;
    bool *present;
};

static struct columns columns_new(const struct log_entry *entries, size_t count)
{
    const struct columns columns = {
        .iterations = memory_new(count, sizeof(*columns.iterations)),
        .records = memory_new(count, sizeof(*columns.records)),
        .jsons = memory_new(count, sizeof(*columns.jsons)),
        .values = memory_new(count, sizeof(*columns.values)),
        .present = memory_new(count, sizeof(*columns.present)),
    };

    for (size_t i = 0; i < count; i++) {
        columns.iterations[i] = entries[i].iteration;
        columns.records[i] = entries[i].record;
        columns.jsons[i] = entries[i].json;
        columns.values[i] = entries[i].value;
        columns.present[i] = !entries[i].json || !isnan(entries[i].value);
    }
    return columns;
}

static void columns_free(struct columns *columns)
{
    free(columns->iterations);
    free(columns->records);
    free(columns->jsons);
    free(columns->values);
    free(columns->present);
}

enum store_result store_log_append(struct db *db, const struct log_append *append,
                                   enum stop_request *out_stop, struct error *err)
{
    const size_t count = append->count;
    struct columns columns = columns_new(append->entries, count);
    const struct db_value values[] = {
        db_identifier(append->job),
        db_int64(append->epoch),
        db_int64s(columns.iterations, count),
        db_texts(columns.records, count),
        db_reals(columns.values, columns.present, count),
        db_texts(columns.jsons, count),
        db_int64(append->lease_ms),
    };
    struct db_rows *rows;
    enum store_result result;

    assert(count > 0 && count <= LOG_APPEND_MAX);
    result = db_query_one(db, &statement, values, COUNT(values), &rows, err);
    columns_free(&columns);
    if (result != STORE_OK)
        return result == STORE_NONE ? STORE_CONFLICT : result;
    *out_stop = stop_request_parse(db_rows_text(rows, 0));
    db_rows_free(rows);
    return STORE_OK;
}
