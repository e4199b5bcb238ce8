/* server/store/output_truncate.c -- cuts the output of a job, behind the fence. */
#include "server/store/output.h"

#include "server/store/guarded.h"

static const struct db_statement statement = {
    .name = "output_truncate",
    .sql =
        "WITH fence AS ("
        "    UPDATE jobs SET output_bytes = least(output_bytes, $3)"
        "     WHERE id = $1 AND epoch = $2 AND state = 'running'"
        "    RETURNING id),"
        " removed AS ("
        "    DELETE FROM output_chunks o USING fence WHERE o.job = fence.id AND o.start >= $3),"
        " shortened AS ("
        "    UPDATE output_chunks o SET bytes = substring(o.bytes FROM 1 FOR ($3 - o.start)::integer)"
        "      FROM fence WHERE o.job = fence.id AND o.start < $3 AND o.start + octet_length(o.bytes) > $3)"
        " SELECT FROM fence",
};

enum store_result store_output_truncate(struct db *db, const char *job, int64_t epoch, int64_t bytes,
                                        struct error *err)
{
    const struct db_value values[] = { db_identifier(job), db_int64(epoch), db_int64(bytes) };

    return store_fenced(db, &statement, values, COUNT(values), err);
}
