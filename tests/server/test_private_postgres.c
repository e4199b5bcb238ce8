/* tests/server/test_private_postgres.c -- a cluster of our own: started, stopped, killed, found again.
 *
 * Each test makes a cluster in a folder of its own; the folder is removed by the fixture. */
#include <check.h>
#include <limits.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/postgres_cluster.h"
#include "server/postgres_process.h"
#include "server/postgres_programs.h"
#include "server/private_postgres.h"
#include "server/store/db.h"
#include "tests/server/suites.h"

static char data[PATH_MAX];
static struct error err;
static struct private_postgres *postgres;

static void make_folder(void)
{
    strcpy(data, "/tmp/kiln-private.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(data));
    ck_assert_int_eq(chmod(data, 0711), 0);
    postgres = NULL;
}

static void remove_folder(void)
{
    private_postgres_stop(postgres);
    postgres_folder_remove(data);
}

static bool start(void)
{
    const struct private_postgres_options options = { .data = data };

    postgres = private_postgres_start(&options, &err);
    return postgres;
}

static void stop(void)
{
    private_postgres_stop(postgres);
    postgres = NULL;
}

/* Runs SQL that must work. */
static void run(const char *sql)
{
    const struct db_options options = { .url = private_postgres_url(postgres), .name = "kiln test" };
    struct db *db = db_open(&options);

    ck_assert_msg(db_script(db, sql, &err) == STORE_OK, "%s", err.message);
    db_close(db);
}

static pid_t postmaster(enum postmaster expected)
{
    char cluster[PATH_MAX + 16];
    pid_t pid;

    snprintf(cluster, sizeof(cluster), "%s/postgres", data);
    ck_assert_int_eq(postmaster_look(cluster, &pid), expected);
    return pid;
}

/* Until the process is gone or a zombie: only then it has no command line. */
static void await_end(pid_t pid)
{
    char path[64];
    bool runs = true;

    snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
    while (runs) {
        FILE *file = fopen(path, "r");

        runs = file && fgetc(file) != EOF;
        if (file)
            fclose(file);
        usleep(5000);
    }
}

START_TEST(what_was_stored_is_there_after_a_restart)
{
    struct stat status;
    char path[PATH_MAX + 32];

    ck_assert_msg(start(), "%s", err.message);
    run("CREATE TABLE kept ()");
    stop();
    postmaster(POSTMASTER_NONE);
    ck_assert_msg(start(), "%s", err.message);
    run("SELECT FROM kept");
    run("DO $$ BEGIN ASSERT current_setting('listen_addresses') = ''; ASSERT current_setting('fsync') = 'on';"
        " ASSERT current_setting('data_checksums') = 'on'; ASSERT current_setting('server_encoding') = "
        "'UTF8'; END $$");
    snprintf(path, sizeof(path), "%s/socket", data);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0700);
    snprintf(path, sizeof(path), "%s/postgres", data);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_ne(status.st_uid, 0);
}
END_TEST

START_TEST(a_data_folder_has_one_user)
{
    struct private_postgres *first;

    ck_assert_msg(start(), "%s", err.message);
    first = postgres;
    ck_assert(!start());
    ck_assert_int_eq(err.code, ERROR_STATE);
    ck_assert_str_ne(err.hint, "");
    postgres = first;
    run("SELECT 1"); /* and is not disturbed by the second */
}
END_TEST

START_TEST(a_killed_server_is_started_again)
{
    bool restarted;
    pid_t old;

    ck_assert_msg(start(), "%s", err.message);
    run("CREATE TABLE kept ()");
    ck_assert(private_postgres_keep(postgres, &restarted, &err));
    ck_assert(!restarted);
    old = postmaster(POSTMASTER_ALIVE);
    kill(old, SIGKILL);
    await_end(old);
    ck_assert_msg(private_postgres_keep(postgres, &restarted, &err), "%s", err.message);
    ck_assert(restarted);
    ck_assert_int_ne(postmaster(POSTMASTER_ALIVE), old);
    run("SELECT FROM kept");
}
END_TEST

/* In a child: starts the server, tells its process id, waits to be killed. */
static _Noreturn void live_and_die(int tell, bool deaf)
{
    const pid_t none = 0;

    if (!start()) {
        ck_assert_int_eq(write(tell, &none, sizeof(none)), (ssize_t)sizeof(none));
        _exit(1);
    }
    run("CREATE TABLE kept ()");
    const pid_t pid = postmaster(POSTMASTER_ALIVE);

    if (deaf)
        kill(pid, SIGSTOP); /* it cannot act on the death signal until it is woken */
    ck_assert_int_eq(write(tell, &pid, sizeof(pid)), (ssize_t)sizeof(pid));
    for (;;)
        pause();
}

static pid_t start_and_kill_parent(bool deaf)
{
    int ends[2];
    pid_t parent, server;

    ck_assert_int_eq(pipe(ends), 0);
    parent = fork();
    if (parent == 0)
        live_and_die(ends[1], deaf);
    ck_assert_int_eq(read(ends[0], &server, sizeof(server)), (ssize_t)sizeof(server));
    ck_assert_int_gt(server, 0);
    kill(parent, SIGKILL);
    waitpid(parent, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    return server;
}

START_TEST(a_server_follows_its_parent_into_death)
{
    const pid_t server = start_and_kill_parent(false);

    await_end(server);
    postmaster(POSTMASTER_NONE); /* a clean shutdown */
    ck_assert_msg(start(), "%s", err.message);
    run("SELECT FROM kept");
}
END_TEST

START_TEST(an_orphan_is_stopped_and_a_new_server_started)
{
    pid_t orphan = start_and_kill_parent(true);

    /* The orphan holds the death signal; it must not be taken for ready, and it is stopped first. */
    ck_assert_int_eq(postmaster(POSTMASTER_ALIVE), orphan);
    kill(orphan, SIGCONT);
    ck_assert_msg(start(), "%s", err.message);
    ck_assert_int_ne(postmaster(POSTMASTER_ALIVE), orphan);
    run("SELECT FROM kept");
}
END_TEST

/* As root in a container: without the right to look into the processes of other users. */
static void forbid_tracing(void)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct rights[_LINUX_CAPABILITY_U32S_3];

    ck_assert_int_eq(syscall(SYS_capget, &header, rights), 0);
    rights[0].effective &= ~(1U << CAP_SYS_PTRACE);
    rights[0].permitted &= ~(1U << CAP_SYS_PTRACE);
    ck_assert_int_eq(syscall(SYS_capset, &header, rights), 0);
}

START_TEST(a_server_that_cannot_be_looked_into_is_recognised)
{
    pid_t orphan = start_and_kill_parent(true);

    forbid_tracing();
    ck_assert_int_eq(postmaster(POSTMASTER_ALIVE), orphan);
    kill(orphan, SIGCONT);
    ck_assert_msg(start(), "%s", err.message);
    ck_assert_int_ne(postmaster(POSTMASTER_ALIVE), orphan);
    run("SELECT FROM kept");
}
END_TEST

/* A pid file whose process is no server of ours: none at all, or this test itself. */
START_TEST(a_stale_pid_file_is_no_obstacle)
{
    char path[PATH_MAX + 32];
    FILE *file;

    ck_assert_msg(start(), "%s", err.message);
    stop();
    snprintf(path, sizeof(path), "%s/postgres/postmaster.pid", data);
    file = fopen(path, "w");
    fprintf(file,
            _i == 0   ? "%d\n"
            : _i == 1 ? "4194303%.0d\n"
                      : "nonsense%.0d\n",
            _i == 0 ? (int)getpid() : 0);
    fclose(file);
    postmaster(POSTMASTER_STALE);
    ck_assert_msg(start(), "%s", err.message);
    run("SELECT 1");
}
END_TEST

START_TEST(half_a_cluster_is_made_again)
{
    char path[PATH_MAX + 32];

    snprintf(path, sizeof(path), "%s/postgres.new", data);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    strcat(path, "/base");
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_msg(start(), "%s", err.message);
    run("SELECT 1");
}
END_TEST

START_TEST(a_long_path_gets_its_socket_elsewhere)
{
    char root[PATH_MAX], socket[PATH_MAX];
    struct stat status;

    strcpy(root, data);
    strcat(data,
           "/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123");
    ck_assert_msg(start(), "%s", err.message);
    run("SELECT 1");
    ck_assert_int_eq(sscanf(private_postgres_url(postgres), "host='%4000[^']'", socket), 1);
    ck_assert_int_eq(strncmp(socket, data, strlen(data)) == 0, false);
    stop();
    ck_assert_int_ne(stat(socket, &status), 0); /* removed */
    strcpy(data, root);
}
END_TEST

START_TEST(a_cluster_of_another_version_is_left_alone)
{
    char path[PATH_MAX + 32];
    FILE *file;

    snprintf(path, sizeof(path), "%s/postgres", data);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    strcat(path, "/PG_VERSION");
    file = fopen(path, "w");
    fputs("9\n", file);
    fclose(file);
    ck_assert(!start());
    ck_assert_ptr_nonnull(strstr(err.message, "PostgreSQL 9"));
    ck_assert_ptr_nonnull(strstr(err.hint, "pg_upgrade"));
}
END_TEST

START_TEST(a_folder_out_of_reach_is_explained)
{
    char root[PATH_MAX];

    if (geteuid() == 0) {
        strcpy(root, data);
        ck_assert_int_eq(chmod(data, 0700), 0);
        strcat(data, "/inside");
        ck_assert(!start());
        ck_assert_ptr_nonnull(strstr(err.message, "cannot enter"));
        ck_assert_str_ne(err.hint, "");
        strcpy(data, root);
    } else {
        ck_assert(start()); /* our own folders are always in reach */
    }
}
END_TEST

START_TEST(programs_are_found_or_missed_with_a_hint)
{
    char folder[PATH_MAX];

    ck_assert(postgres_programs_find(NULL, 0, folder, &err));
    ck_assert(!postgres_programs_find("/nonexistent", 0, folder, &err));
    ck_assert_ptr_nonnull(strstr(err.message, "/nonexistent"));
    ck_assert_str_ne(err.hint, "");
    ck_assert(!postgres_programs_find(NULL, 14 * 1000, folder, &err));
}
END_TEST

Suite *private_postgres_suite(void)
{
    Suite *suite = suite_create("private postgres");
    TCase *group = tcase_create("private postgres");

    tcase_add_checked_fixture(group, make_folder, remove_folder);
    tcase_set_timeout(group, 120);
    tcase_add_test(group, what_was_stored_is_there_after_a_restart);
    tcase_add_test(group, a_data_folder_has_one_user);
    tcase_add_test(group, a_killed_server_is_started_again);
    tcase_add_test(group, a_server_follows_its_parent_into_death);
    tcase_add_test(group, an_orphan_is_stopped_and_a_new_server_started);
    tcase_add_test(group, a_server_that_cannot_be_looked_into_is_recognised);
    tcase_add_loop_test(group, a_stale_pid_file_is_no_obstacle, 0, 3);
    tcase_add_test(group, half_a_cluster_is_made_again);
    tcase_add_test(group, a_long_path_gets_its_socket_elsewhere);
    tcase_add_test(group, a_cluster_of_another_version_is_left_alone);
    tcase_add_test(group, a_folder_out_of_reach_is_explained);
    tcase_add_test(group, programs_are_found_or_missed_with_a_hint);
    suite_add_tcase(suite, group);
    return suite;
}
