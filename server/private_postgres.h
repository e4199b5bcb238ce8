/* server/private_postgres.h -- a PostgreSQL cluster of our own in DATA/postgres, for a server without
 * --database.
 *
 * Created on first start, reached through a Unix socket only, stopped with us, recovered after a crash.  The
 * server process gets SIGINT when the thread that started it dies, so all functions are called on the main
 * thread. One kilnd at a time uses a data folder (DATA/lock). */
#ifndef SERVER_PRIVATE_POSTGRES_H
#define SERVER_PRIVATE_POSTGRES_H

#include <stdbool.h>

#include "engine/base/error.h"

struct private_postgres;

struct private_postgres_options {
    const char *data; /* DATA; made when missing */
    const char
        *programs; /* folder with initdb and postgres; NULL: PATH, then /usr/lib/postgresql/<highest>/bin */
    const char *user; /* when we are root: who runs it; NULL: "postgres" */
};

/* Returns when the server answers and the database "kiln" is there.  NULL with a hint otherwise. */
struct private_postgres *private_postgres_start(const struct private_postgres_options *options,
                                                struct error *err);

/* A connection string for db_open; lives as long as `postgres`. */
const char *private_postgres_url(const struct private_postgres *postgres);

/* To be called every second or so: starts the server again when its process has died.  out_restarted may be
 * NULL. */
bool private_postgres_keep(struct private_postgres *postgres, bool *out_restarted, struct error *err);

/* Fast shutdown: waits up to 30 s, then asks for an immediate one.  Releases the lock.  Accepts NULL. */
void private_postgres_stop(struct private_postgres *postgres);

#endif
