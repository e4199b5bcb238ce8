/* server/runtime.h -- everything of a running server below HTTP, started in order and stopped in reverse.
 *
 * One per process; started, kept and stopped by the main thread. */
#ifndef SERVER_RUNTIME_H
#define SERVER_RUNTIME_H

#include "server/checkpoint_files.h"
#include "server/config.h"
#include "server/datasets.h"
#include "server/executor.h"
#include "server/heartbeat.h"
#include "server/journal.h"
#include "server/log_feed.h"
#include "server/private_postgres.h"
#include "server/scheduler.h"
#include "server/store/db_pool.h"

struct runtime {
    const struct config *config;
    struct journal *journal;
    struct private_postgres *postgres; /* NULL: --database */
    const char *database_url;
    char owner[IDENTIFIER_TEXT_BYTES];
    char host[256];
    struct db_pool *pool; /* for HTTP threads */
    struct checkpoint_files *checkpoint_files;
    struct datasets *datasets;
    struct log_feed *feed;
    struct log_writer *log_writer;
    struct executor *executor;
    struct heartbeat *heartbeat;
    struct scheduler *scheduler;
};

/* The engine is started first, the scheduler last.  False with err: what had been started is stopped again.
 */
bool runtime_start(struct runtime *runtime, const struct config *config, struct journal *journal,
                   struct error *err);

/* To be called every second or so: restarts a private PostgreSQL that died. */
void runtime_keep(struct runtime *runtime);

/* Drains: jobs are suspended, saved and given back to the queue. */
void runtime_stop(struct runtime *runtime);

#endif
