/* tests/server/cluster.h -- one throw-away PostgreSQL cluster per test program.
 *
 * main() starts it before the suites run and stops it behind them.  Check forks for every test, so each test
 * makes its own connections, in a checked fixture. */
#ifndef TESTS_SERVER_CLUSTER_H
#define TESTS_SERVER_CLUSTER_H

#include "server/store/db.h"

/* Makes a cluster in a new folder under /tmp and migrates its database; ends the program when it cannot. */
void cluster_start(void);
void cluster_stop(void); /* removes the folder */

const char *cluster_url(void);

/* A connection to the database. */
struct db *cluster_connect(void);
/* Empties all tables. */
void cluster_clear(struct db *db);

/* Runs SQL that must work. */
void cluster_run(struct db *db, const char *sql);

#endif
