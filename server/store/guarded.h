/* server/store/guarded.h -- statements that change a row only while it is in the right state. */
#ifndef SERVER_STORE_GUARDED_H
#define SERVER_STORE_GUARDED_H

#include "server/store/db.h"

/* The statement gives one row of two booleans: was it changed, is it there.  STORE_OK, STORE_CONFLICT,
 * STORE_NONE. */
enum store_result store_guarded(struct db *db, const struct db_statement *statement,
                                const struct db_value *values, size_t count, struct error *err);

/* The statement changes the row of a claim.  What would be STORE_NONE is STORE_CONFLICT: the claim is lost.
 */
enum store_result store_fenced(struct db *db, const struct db_statement *statement,
                               const struct db_value *values, size_t count, struct error *err);

#endif
