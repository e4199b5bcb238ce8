/* server/private_postgres.c -- see private_postgres.h. */
#include "server/private_postgres.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "server/postgres_process.h"
#include "server/postgres_programs.h"
#include "server/store/db.h"

enum {
    SOCKET_PATH_MAX = 100,   /* the kernel's limit is 107, with PostgreSQL's file name in it */
    READY_WAIT_MS = 60000,   /* recovery after a crash included */
    START_RETRY_MS = 10000,  /* while what is left of a killed server goes away */
    LOG_BYTES_MAX = 4 << 20, /* then the log is put aside once */
    STOP_WAIT_MS = 30000,
    QUIT_WAIT_MS = 10000,
};

static const char socket_name[] = "/.s.PGSQL.5432";

struct private_postgres {
    struct postgres_account account;
    char data[PATH_MAX];    /* absolute */
    char cluster[PATH_MAX]; /* DATA/postgres */
    char log[PATH_MAX];     /* DATA/postgres.log */
    char sockets[PATH_MAX]; /* DATA/socket, or a folder of its own when that is too long */
    char programs[PATH_MAX];
    char *url, *url_maintenance;
    bool sockets_elsewhere;
    int lock;    /* descriptor of DATA/lock */
    pid_t child; /* 0: none */
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool join(char out[PATH_MAX], const char *folder, const char *name, struct error *err)
{
    if (snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX)
        return true;
    return RAISE(err, ERROR_LIMIT, NULL, "the path \"%.200s\" is too long", folder);
}

/* ---- the data folder ---- */

static bool open_data(struct private_postgres *self, const char *data, struct error *err)
{
    char path[PATH_MAX];

    /* Others may pass through: the user who runs PostgreSQL has to reach his own folder below. */
    if (mkdir(data, 0711) != 0 && errno != EEXIST)
        return RAISE_ERRNO(err, "could not make the data folder \"%s\"", data);
    if (!realpath(data, self->data))
        return RAISE_ERRNO(err, "could not open the data folder \"%s\"", data);
    if (!join(path, self->data, "lock", err) || !join(self->cluster, self->data, "postgres", err) ||
        !join(self->log, self->data, "postgres.log", err) || !join(self->sockets, self->data, "socket", err))
        return false;
    self->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (self->lock < 0)
        return RAISE_ERRNO(err, "could not open \"%s\"", path);
    if (flock(self->lock, LOCK_EX | LOCK_NB) != 0) {
        RAISE(err, ERROR_STATE, NULL, "another kilnd is using the data folder \"%s\"", self->data);
        return error_hint(err, "Stop it first, or choose another folder with --data.");
    }
    if (!postgres_account_reaches(&self->account, self->data)) {
        RAISE(err, ERROR_IO, NULL, "user \"%s\" cannot enter the data folder \"%s\"", self->account.name,
              self->data);
        return error_hint(
            err, "PostgreSQL refuses root and runs as that user: choose a folder that it can reach with "
                 "--data, or open the way with chmod a+x on each folder above.");
    }
    return true;
}

static bool open_sockets(struct private_postgres *self, struct error *err)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");

    if (strlen(self->sockets) + strlen(socket_name) <= SOCKET_PATH_MAX) {
        if (mkdir(self->sockets, 0700) != 0 && errno != EEXIST)
            return RAISE_ERRNO(err, "could not make \"%s\"", self->sockets);
    } else {
        snprintf(self->sockets, sizeof(self->sockets), "%s/kiln.XXXXXX",
                 runtime && !self->account.change && strlen(runtime) < SOCKET_PATH_MAX / 2 ? runtime
                                                                                           : "/tmp");
        if (!mkdtemp(self->sockets))
            return RAISE_ERRNO(err, "could not make a folder like \"%s\"", self->sockets);
        self->sockets_elsewhere = true;
    }
    return postgres_account_own(&self->account, self->sockets, err);
}

/* A value of a libpq connection string. */
static void quote(char *out, size_t out_bytes, const char *value)
{
    size_t length = 0;

    for (; *value && length + 3 < out_bytes; value++) {
        if (*value == '\'' || *value == '\\')
            out[length++] = '\\';
        out[length++] = *value;
    }
    out[length] = '\0';
}

static void name_urls(struct private_postgres *self)
{
    char host[2 * PATH_MAX], url[3 * PATH_MAX];

    quote(host, sizeof(host), self->sockets);
    snprintf(url, sizeof(url), "host='%s' port=5432 user=kiln dbname=kiln", host);
    self->url = memory_text(url);
    snprintf(url, sizeof(url), "host='%s' port=5432 user=kiln dbname=postgres", host);
    self->url_maintenance = memory_text(url);
}

/* ---- making a cluster ---- */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static bool write_file(const struct private_postgres *self, const char *folder, const char *name,
                       const char *content, struct error *err)
{
    char path[PATH_MAX];
    bool written;
    FILE *file;

    if (!join(path, folder, name, err))
        return false;
    file = fopen(path, "we");
    if (!file)
        return RAISE_ERRNO(err, "could not open \"%s\"", path);
    written = fputs(content, file) >= 0 && fflush(file) == 0 && fsync(fileno(file)) == 0;
    written = fclose(file) == 0 && written;
    return written ? postgres_account_own(&self->account, path, err)
                   : RAISE_ERRNO(err, "could not write \"%s\"", path);
}

/* Who may connect: over the socket, the user who runs the server and the one we are, both as role kiln. */
static bool write_access(const struct private_postgres *self, const char *folder, struct error *err)
{
    char map[4 * ACCOUNT_NAME_BYTES];

    snprintf(map, sizeof(map), "kiln \"%s\" kiln\nkiln \"%s\" kiln\n", self->account.name,
             self->account.own_name);
    return write_file(self, folder, "pg_hba.conf", "local all all peer map=kiln\n", err) &&
           write_file(self, folder, "pg_ident.conf", map, err);
}

/* The last line that a program left in the log tells best what went wrong. */
static bool raise_from_log(const struct private_postgres *self, struct error *err, const char *what)
{
    char line[300] = "", last[300] = "";
    FILE *log = fopen(self->log, "re");

    while (log && fgets(line, sizeof(line), log))
        if (line[0] != '\n')
            memcpy(last, line, sizeof(last));
    if (log)
        fclose(log);
    last[strcspn(last, "\n")] = '\0';
    RAISE(err, ERROR_UNAVAILABLE, NULL, "%s: %s", what, last[0] ? last : "no reason given");
    return error_hint(err, "The log of the private database is \"%.180s\".", self->log);
}

static bool run_initdb(const struct private_postgres *self, const char *folder, struct error *err)
{
    char program[PATH_MAX];
    int status = -1;

    if (!join(program, self->programs, "initdb", err))
        return false;

    const char *const arguments[] = { program,
                                      "-D",
                                      folder,
                                      "-U",
                                      "kiln",
                                      "-A",
                                      "peer",
                                      "-E",
                                      "UTF8",
                                      "--no-locale",
                                      "--data-checksums",
                                      "--no-instructions",
                                      NULL };
    const pid_t child = postgres_spawn(&self->account, arguments, self->log, err);

    if (child < 0)
        return false;
    postgres_wait(child, UINT_MAX, &status);
    return status == 0 || raise_from_log(self, err, "could not make the private database");
}

static bool sync_folder(const char *folder, struct error *err)
{
    const int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && fsync(descriptor) == 0;

    if (!synced)
        RAISE_ERRNO(err, "could not sync \"%s\"", folder);
    if (descriptor >= 0)
        close(descriptor);
    return synced;
}

/* Beside its place, then renamed: half a cluster is never taken for a whole one. */
static bool make_cluster(const struct private_postgres *self, struct error *err)
{
    char folder[PATH_MAX];

    if (!join(folder, self->data, "postgres.new", err))
        return false;
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS); /* of a start that was cut short */
    if (mkdir(folder, 0700) != 0)
        return RAISE_ERRNO(err, "could not make \"%s\"", folder);
    if (!postgres_account_own(&self->account, folder, err) || !run_initdb(self, folder, err) ||
        !write_access(self, folder, err) || !sync_folder(folder, err))
        return false;
    if (rename(folder, self->cluster) != 0)
        return RAISE_ERRNO(err, "could not rename \"%s\"", folder);
    return sync_folder(self->data, err);
}

/* The major version that made the cluster; 0 when there is none. */
static int cluster_major(const struct private_postgres *self)
{
    char path[PATH_MAX + 16];
    int major = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/PG_VERSION", self->cluster);
    file = fopen(path, "re");
    if (!file)
        return 0;
    if (fscanf(file, "%d", &major) != 1)
        major = 0;
    fclose(file);
    return major;
}

/* ---- starting ---- */

static bool clear_leftovers(const struct private_postgres *self, struct error *err)
{
    char path[PATH_MAX + 32];
    pid_t postmaster;
    const enum postmaster found = postmaster_look(self->cluster, &postmaster);

    if (found == POSTMASTER_ALIVE && !postmaster_stop(self->cluster, postmaster))
        return RAISE(err, ERROR_UNAVAILABLE, NULL,
                     "an earlier server of the private database, process %d, does not stop", (int)postmaster);
    snprintf(path, sizeof(path), "%s/postmaster.pid", self->cluster);
    if (found == POSTMASTER_STALE && unlink(path) != 0 && errno != ENOENT)
        return RAISE_ERRNO(err, "could not remove \"%s\"", path);
    return true;
}

static bool launch(struct private_postgres *self, struct error *err)
{
    char program[PATH_MAX], folder[2 * PATH_MAX];

    if (!join(program, self->programs, "postgres", err))
        return false;
    snprintf(folder, sizeof(folder), "unix_socket_directories=\"%s\"", self->sockets);

    const char *const arguments[] = { program,
                                      "-D",
                                      self->cluster,
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

    self->child = postgres_spawn(&self->account, arguments, self->log, err);
    return self->child > 0;
}

/* Ready: it answers, and what answers is our child and not an orphan of an earlier life.  False when it has
 * ended. */
static bool await_ready(struct private_postgres *self)
{
    const int64_t deadline_ms = now_ms() + READY_WAIT_MS;
    pid_t postmaster;
    int status;

    while (now_ms() < deadline_ms) {
        if (postgres_wait(self->child, 10, &status)) {
            self->child = 0;
            return false;
        }
        if (postmaster_look(self->cluster, &postmaster) == POSTMASTER_ALIVE && postmaster == self->child &&
            db_url_ready(self->url_maintenance))
            return true;
    }
    return false;
}

static void put_log_aside(const struct private_postgres *self)
{
    char old[PATH_MAX + 8];
    struct stat status;

    if (stat(self->log, &status) != 0 || status.st_size < LOG_BYTES_MAX)
        return;
    snprintf(old, sizeof(old), "%s.old", self->log);
    rename(self->log, old); /* a log that cannot be put aside goes on growing */
}

/* Backends and shared memory of a killed server take a moment to go: a start that fails is tried again. */
static bool start_server(struct private_postgres *self, struct error *err)
{
    const int64_t deadline_ms = now_ms() + START_RETRY_MS;

    put_log_aside(self);
    do {
        if (!clear_leftovers(self, err) || !launch(self, err))
            return false;
        if (await_ready(self))
            return true;
        if (self->child)
            break; /* it runs but does not answer */
    } while (now_ms() < deadline_ms && usleep(200000) == 0);
    return raise_from_log(self, err, "could not start the private database");
}

static bool make_database(const struct private_postgres *self, struct error *err)
{
    static const struct db_statement exists = {
        .name = "database_exists",
        .sql = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'kiln')",
    };
    const struct db_options options = { .url = self->url_maintenance,
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
    if (!postgres_account_find(options->user, &self->account, err) || !open_data(self, options->data, err))
        goto failed;
    major = cluster_major(self);
    if (!postgres_programs_find(options->programs, major, self->programs, err) || !open_sockets(self, err))
        goto failed;
    name_urls(self);
    if ((major == 0 && !make_cluster(self, err)) || !start_server(self, err) || !make_database(self, err))
        goto failed;
    return self;
failed:
    private_postgres_stop(self);
    return NULL;
}

const char *private_postgres_url(const struct private_postgres *postgres)
{
    return postgres->url;
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
    if (postgres->sockets_elsewhere)
        nftw(postgres->sockets, remove_one, 4, FTW_DEPTH | FTW_PHYS);
    if (postgres->lock >= 0)
        close(postgres->lock); /* which unlocks it */
    free(postgres->url);
    free(postgres->url_maintenance);
    free(postgres);
}
