/* server/runtime.c -- see runtime.h. */
#include "server/runtime.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/migrate.h"
#include "server/store/workers.h"

enum {
    LEASE_MS = 30000,
    HEARTBEAT_MS = 5000,
    POOL_CONNECTIONS_MAX = 16,
    QUEUE_ROWS_MAX = 10000,
    QUEUE_BYTES_MAX = 8 << 20,
    BATCH_ROWS_MAX = 256,
    BATCH_DELAY_MS = 200,
    DRAIN_PATIENCE_MS = 20000
};

static struct db_options connection(const struct runtime *runtime, const char *name)
{
    return (struct db_options){ .url = runtime->database_url, .name = name };
}

static bool make_data_folder(const char *path, struct error *err)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST ||
           RAISE_ERRNO(err, "could not make the data folder %s", path);
}

static bool open_database(struct runtime *runtime, struct error *err)
{
    const struct config *config = runtime->config;

    if (config->database) {
        runtime->database_url = config->database;
        return true;
    }
    runtime->postgres = private_postgres_start(
        &(struct private_postgres_options){
            .data = config->data, .programs = config->postgres_programs, .user = config->postgres_user },
        err);
    if (!runtime->postgres)
        return false;
    runtime->database_url = private_postgres_url(runtime->postgres);
    return true;
}

static bool bring_up_to_date(struct runtime *runtime, struct error *err)
{
    struct db_options options = connection(runtime, "kiln migrate");
    struct db *db;
    size_t applied = 0;
    bool migrated;

    options.statement_timeout_ms = 600000;
    db = db_open(&options);
    migrated = migrate(db, migrations, &applied, err);
    db_close(db);
    if (migrated && applied)
        journal_info(runtime->journal, "database migrated", FIELDS(FIELD_INTEGER("applied", applied)));
    return migrated;
}

static bool open_datasets(struct runtime *runtime, struct error *err)
{
    size_t removed;

    runtime->datasets = datasets_open(runtime->config->data, runtime->pool, "/proc/self/exe", err);
    if (!runtime->datasets ||
        !datasets_collect(runtime->datasets, runtime->pool, runtime->postgres != NULL, &removed, err))
        return false;
    if (removed)
        journal_warning(runtime->journal, "unfinished uploads removed",
                        FIELDS(FIELD_INTEGER("folders", removed)));
    return true;
}

static bool open_stores(struct runtime *runtime, struct error *err)
{
    const struct db_options options = connection(runtime, "kiln http");

    runtime->feed = log_feed_new();
    runtime->pool = db_pool_open(&options, POOL_CONNECTIONS_MAX);
    runtime->checkpoint_files = checkpoint_files_open(runtime->config->data, err);
    return runtime->checkpoint_files && open_datasets(runtime, err);
}

static bool start_log_writer(struct runtime *runtime, struct error *err)
{
    const struct db_options options = connection(runtime, "kiln log writer");

    runtime->log_writer = log_writer_start(&(struct log_writer_options){ .database = &options,
                                                                         .queue_rows_max = QUEUE_ROWS_MAX,
                                                                         .queue_bytes_max = QUEUE_BYTES_MAX,
                                                                         .batch_rows_max = BATCH_ROWS_MAX,
                                                                         .delay_ms = BATCH_DELAY_MS,
                                                                         .lease_ms = LEASE_MS,
                                                                         .feed = runtime->feed },
                                           err);
    return runtime->log_writer;
}

static bool start_executor(struct runtime *runtime, struct error *err)
{
    const struct db_options options = connection(runtime, "kiln worker");

    runtime->executor =
        executor_start(&(struct executor_options){ .threads = (size_t)runtime->config->workers,
                                                   .database = &options,
                                                   .log_writer = runtime->log_writer,
                                                   .checkpoint_files = runtime->checkpoint_files,
                                                   .datasets = runtime->datasets,
                                                   .journal = runtime->journal,
                                                   .feed = runtime->feed,
                                                   .freed = scheduler_wake,
                                                   .freed_context = runtime->scheduler },
                       err);
    return runtime->executor;
}

static bool start_heartbeat(struct runtime *runtime, struct error *err)
{
    const struct db_options options = connection(runtime, "kiln heartbeat");

    runtime->heartbeat = heartbeat_start(&(struct heartbeat_options){ .database = &options,
                                                                      .executor = runtime->executor,
                                                                      .lease_ms = LEASE_MS,
                                                                      .every_ms = HEARTBEAT_MS,
                                                                      .journal = runtime->journal },
                                         err);
    return runtime->heartbeat;
}

static bool make_scheduler(struct runtime *runtime, struct error *err)
{
    const struct db_options options = connection(runtime, "kiln scheduler");

    if (gethostname(runtime->host, sizeof(runtime->host) - 1) != 0)
        runtime->host[0] = '\0';
    runtime->scheduler =
        scheduler_new(&(struct scheduler_options){ .database = &options,
                                                   .owner = runtime->owner,
                                                   .numeric_profile = engine_numeric_profile(),
                                                   .host = runtime->host,
                                                   .build = KILN_VERSION,
                                                   .threads = runtime->config->workers,
                                                   .lease_ms = LEASE_MS,
                                                   .alone = runtime->postgres != NULL,
                                                   .checkpoint_files = runtime->checkpoint_files,
                                                   .journal = runtime->journal,
                                                   .feed = runtime->feed },
                      err);
    return runtime->scheduler;
}

bool runtime_start(struct runtime *runtime, const struct config *config, struct journal *journal,
                   struct error *err)
{
    *runtime = (struct runtime){ .config = config, .journal = journal };
    identifier_new(runtime->owner);
    if (engine_start(NULL, err) && make_data_folder(config->data, err) && open_database(runtime, err) &&
        bring_up_to_date(runtime, err) && open_stores(runtime, err) && start_log_writer(runtime, err) &&
        make_scheduler(runtime, err) && start_executor(runtime, err) && start_heartbeat(runtime, err) &&
        scheduler_start(runtime->scheduler, runtime->executor, err))
        return true;
    runtime_stop(runtime);
    return false;
}

void runtime_keep(struct runtime *runtime)
{
    struct error err = { 0 };
    bool restarted = false;

    if (!runtime->postgres)
        return;
    if (!private_postgres_keep(runtime->postgres, &restarted, &err))
        journal_failure(runtime->journal, "the private database is down", NULL, &err);
    else if (restarted)
        journal_warning(runtime->journal, "the private database was started again", NULL);
}

/* The last word: whatever this process still holds goes back to the queue. */
static void give_back(struct runtime *runtime)
{
    const struct db_options options = connection(runtime, "kiln drain");
    struct db *db = db_open(&options);
    struct error err = { 0 };
    int64_t count = 0;

    if (store_job_requeue_owned(db, runtime->owner, &count, &err) == STORE_OK && count)
        journal_info(runtime->journal, "jobs given back", FIELDS(FIELD_INTEGER("jobs", count)));
    store_worker_delete(db, runtime->owner, &err);
    db_close(db);
}

void runtime_stop(struct runtime *runtime)
{
    scheduler_stop(runtime->scheduler);
    if (runtime->log_writer)
        log_writer_hurry(runtime->log_writer, DRAIN_PATIENCE_MS);
    if (runtime->executor)
        executor_drain(runtime->executor);
    heartbeat_stop(runtime->heartbeat);
    log_writer_stop(runtime->log_writer);
    if (runtime->executor)
        give_back(runtime);
    executor_free(runtime->executor);
    scheduler_free(runtime->scheduler);
    datasets_close(runtime->datasets);
    checkpoint_files_close(runtime->checkpoint_files);
    db_pool_close(runtime->pool);
    log_feed_free(runtime->feed);
    private_postgres_stop(runtime->postgres);
    *runtime = (struct runtime){ 0 };
}
