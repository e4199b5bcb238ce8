/* server/private_postgres.c -- see private_postgres.h. */
#include "server/private_postgres.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/memory.h"
#include "engine/base/path.h"
#include "server/postgres_cluster.h"
#include "server/postgres_process.h"
#include "server/postgres_programs.h"
#include "server/postgres_sockets.h"
#include "server/store/db.h"

enum {
    READY_WAIT_MS = 60000,   /* recovery after a crash included */
    START_RETRY_MS = 10000,  /* while what is left of a killed server goes away */
    LOG_BYTES_MAX = 4 << 20, /* then the log is put aside once */
    STOP_WAIT_MS = 30000,
    QUIT_WAIT_MS = 10000,
};

struct private_postgres {
    struct postgres_cluster cluster;
    struct postgres_sockets sockets;
    int lock;    /* descriptor of DATA/lock */
    pid_t child; /* 0: none */
};

static bool open_data(struct private_postgres *self, const char *data, struct error *err)
{
    char path[PATH_MAX];

    /* Others may pass through: the user who runs PostgreSQL has to reach his own folder below. */
    if (mkdir(data, 0711) != 0 && errno != EEXIST)
        return RAISE_ERRNO(err, "could not make the data folder \"%s\"", data);
    if (!realpath(data, self->cluster.data))
        return RAISE_ERRNO(err, "could not open the data folder \"%s\"", data);
    if (!path_format(path, err, "%s/lock", self->cluster.data) ||
        !path_format(self->cluster.folder, err, "%s/postgres", self->cluster.data) ||
        !path_format(self->cluster.log, err, "%s/postgres.log", self->cluster.data))
        return false;
    self->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (self->lock < 0)
        return RAISE_ERRNO(err, "could not open \"%s\"", path);
    if (flock(self->lock, LOCK_EX | LOCK_NB) != 0) {
        RAISE(err, ERROR_STATE, NULL, "another kilnd is using the data folder \"%s\"", self->cluster.data);
        return error_hint(err, "Stop it first, or choose another folder with --data.");
    }
    if (!postgres_account_reaches(&self->cluster.account, self->cluster.data)) {
        RAISE(err, ERROR_IO, NULL, "user \"%s\" cannot enter the data folder \"%s\"",
              self->cluster.account.name, self->cluster.data);
        return error_hint(
            err, "PostgreSQL refuses root and runs as that user: choose a folder that it can reach with "
                 "--data, or open the way with chmod a+x on each folder above.");
    }
    return true;
}

static bool clear_leftovers(const struct private_postgres *self, struct error *err)
{
    char path[PATH_MAX + 32];
    pid_t postmaster;
    const enum postmaster found = postmaster_look(self->cluster.folder, &postmaster);

    if (found == POSTMASTER_ALIVE && !postmaster_stop(self->cluster.folder, postmaster))
        return RAISE(err, ERROR_UNAVAILABLE, NULL,
                     "an earlier server of the private database, process %d, does not stop", (int)postmaster);
    snprintf(path, sizeof(path), "%s/postmaster.pid", self->cluster.folder);
    if (found == POSTMASTER_STALE && unlink(path) != 0 && errno != ENOENT)
        return RAISE_ERRNO(err, "could not remove \"%s\"", path);
    return true;
}

static bool launch(struct private_postgres *self, struct error *err)
{
    char program[PATH_MAX], folder[2 * PATH_MAX];

    if (!path_format(program, err, "%s/postgres", self->cluster.programs))
        return false;
    snprintf(folder, sizeof(folder), "unix_socket_directories=\"%s\"", self->sockets.folder);

    const char *const arguments[] = { program,
                                      "-D",
                                      self->cluster.folder,
                                      "-c",
                                      "listen_addresses=",
                                      "-c",
                                      folder,
                                      "-c",
                                      "unix_socket_permissions=0700",
                                      "-c",
                                      "port=5432",
                                      "-c",
                                      "shared_buffers=32MB",
                                      "-c",
                                      "max_connections=40",
                                      "-c",
                                      "max_wal_size=256MB",
                                      "-c",
                                      "fsync=on",
                                      "-c",
                                      "synchronous_commit=on",
                                      "-c",
                                      "cluster_name=kiln",
                                      NULL };

    self->child = postgres_spawn(&self->cluster.account, arguments, self->cluster.log, err);
    return self->child > 0;
}

/* Ready: it answers, and what answers is our child and not an orphan of an earlier life.  False when it has
 * ended. */
static bool await_ready(struct private_postgres *self)
{
    const int64_t deadline_ms = clock_now_ms() + READY_WAIT_MS;
    pid_t postmaster;
    int status;

    while (clock_now_ms() < deadline_ms) {
        if (postgres_wait(self->child, 10, &status)) {
            self->child = 0;
            return false;
        }
        if (postmaster_look(self->cluster.folder, &postmaster) == POSTMASTER_ALIVE &&
            postmaster == self->child && db_url_ready(self->sockets.url_maintenance))
            return true;
    }
    return false;
}

static void put_log_aside(const struct private_postgres *self)
{
    char old[PATH_MAX + 8];
    struct stat status;

    if (stat(self->cluster.log, &status) != 0 || status.st_size < LOG_BYTES_MAX)
        return;
    snprintf(old, sizeof(old), "%s.old", self->cluster.log);
    rename(self->cluster.log, old); /* a log that cannot be put aside goes on growing */
}

/* Backends and shared memory of a killed server take a moment to go: a start that fails is tried again. */
static bool start_server(struct private_postgres *self, struct error *err)
{
    const int64_t deadline_ms = clock_now_ms() + START_RETRY_MS;

    put_log_aside(self);
    do {
        if (!clear_leftovers(self, err) || !launch(self, err))
            return false;
        if (await_ready(self))
            return true;
        if (self->child)
            break; /* it runs but does not answer */
    } while (clock_now_ms() < deadline_ms && usleep(200000) == 0);
    return postgres_cluster_raise(&self->cluster, err, "could not start the private database");
}

static bool make_database(const struct private_postgres *self, struct error *err)
{
    static const struct db_statement exists = {
        .name = "database_exists",
        .sql = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'kiln')",
    };
    const struct db_options options = { .url = self->sockets.url_maintenance,
                                        .name = "kiln start",
                                        .statement_timeout_ms = 60000 };
    struct db *db = db_open(&options);
    struct db_rows *rows;
    bool made = db_query_one(db, &exists, NULL, 0, &rows, err) == STORE_OK;

    if (made && !db_rows_boolean(rows, 0))
        made = db_script(db, "CREATE DATABASE kiln", err) == STORE_OK;
    db_rows_free(rows);
    db_close(db);
    return made;
}

struct private_postgres *private_postgres_start(const struct private_postgres_options *options,
                                                struct error *err)
{
    struct private_postgres *self = memory_new(1, sizeof(*self));
    int major;

    self->lock = -1;
    if (!postgres_account_find(options->user, &self->cluster.account, err) ||
        !open_data(self, options->data, err))
        goto failed;
    major = postgres_cluster_major(&self->cluster);
    if (!postgres_programs_find(options->programs, major, self->cluster.programs, err) ||
        !postgres_sockets_open(&self->sockets, &self->cluster, err))
        goto failed;
    if ((major == 0 && !postgres_cluster_make(&self->cluster, err)) || !start_server(self, err) ||
        !make_database(self, err))
        goto failed;
    return self;
failed:
    private_postgres_stop(self);
    return NULL;
}

const char *private_postgres_url(const struct private_postgres *postgres)
{
    return postgres->sockets.url;
}

bool private_postgres_keep(struct private_postgres *postgres, bool *out_restarted, struct error *err)
{
    int status;
    const bool ended = postgres->child == 0 || postgres_wait(postgres->child, 0, &status);

    if (out_restarted)
        *out_restarted = ended;
    if (!ended)
        return true;
    postgres->child = 0;
    return start_server(postgres, err);
}

void private_postgres_stop(struct private_postgres *postgres)
{
    int status;

    if (!postgres)
        return;
    if (postgres->child) {
        kill(postgres->child, SIGINT);
        if (!postgres_wait(postgres->child, STOP_WAIT_MS, &status)) {
            kill(postgres->child, SIGQUIT);
            postgres_wait(postgres->child, QUIT_WAIT_MS, &status);
        }
    }
    postgres_sockets_close(&postgres->sockets);
    if (postgres->lock >= 0)
        close(postgres->lock); /* which unlocks it */
    free(postgres);
}
