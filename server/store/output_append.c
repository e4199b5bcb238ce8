/* server/store/output_append.c -- adds to the output of a job, behind the fence. */
#include "server/store/output.h"

#include "server/store/guarded.h"

static const struct db_statement statement = {
    .name = "output_append",
    .sql = "WITH fence AS ("
           "    UPDATE jobs SET output_bytes = $3 + octet_length($4)"
           "     WHERE id = $1 AND epoch = $2 AND state = 'running'"
           "       AND output_bytes IN ($3, $3 + octet_length($4))"
           "    RETURNING id),"
           " stored AS ("
           "    INSERT INTO output_chunks (job, start, bytes) SELECT id, $3, $4 FROM fence"
           "    ON CONFLICT (job, start) DO NOTHING)"
           " SELECT FROM fence",
};

enum store_result store_output_append(struct db *db, const char *job, int64_t epoch, int64_t start,
                                      const char *bytes, size_t count, struct error *err)
{
    const struct db_value values[] = { db_identifier(job), db_int64(epoch), db_int64(start),
                                       db_bytes(bytes, count) };

    return store_fenced(db, &statement, values, COUNT(values), err);
}
