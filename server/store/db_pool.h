/* server/store/db_pool.h -- a bounded number of connections shared by the HTTP threads.
 *
 * Thread-safe.  Taking waits only for a free place in the pool. */
#ifndef SERVER_STORE_DB_POOL_H
#define SERVER_STORE_DB_POOL_H

#include "server/store/db.h"

struct db_pool;

struct db_pool *db_pool_open(const struct db_options *options, size_t connections_max);
/* All connections have been given back. */
void db_pool_close(struct db_pool *pool); /* accepts NULL */

/* NULL with ERROR_UNAVAILABLE when none came free within `wait_ms`.  The caller gives it back. */
struct db *db_pool_take(struct db_pool *pool, unsigned wait_ms, struct error *err);
void db_pool_give(struct db_pool *pool, struct db *db); /* accepts NULL */

#endif
