/* server/store/guarded.c -- see guarded.h. */
#include "server/store/guarded.h"

enum store_result store_guarded(struct db *db, const struct db_statement *statement,
                                const struct db_value *values, size_t count, struct error *err)
{
    struct db_rows *rows;
    enum store_result result = db_query_one(db, statement, values, count, &rows, err);

    if (result != STORE_OK)
        return result;
    if (!db_rows_boolean(rows, 0))
        result = db_rows_boolean(rows, 1) ? STORE_CONFLICT : STORE_NONE;
    db_rows_free(rows);
    return result;
}

enum store_result store_fenced(struct db *db, const struct db_statement *statement,
                               const struct db_value *values, size_t count, struct error *err)
{
    const enum store_result result = db_execute(db, statement, values, count, err);

    return result == STORE_NONE ? STORE_CONFLICT : result;
}
