/* server/postgres_process.c -- see postgres_process.h. */
#include "server/postgres_process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void sleep_ms(unsigned ms)
{
    const struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };

    nanosleep(&pause, NULL);
}

/* ---- the account ---- */

bool postgres_account_find(const char *name, struct postgres_account *out, struct error *err)
{
    const struct passwd *self = getpwuid(geteuid()), *found;

    memset(out, 0, sizeof(*out));
    if (!self) {
        RAISE(err, ERROR_UNAVAILABLE, NULL, "user id %u has no name on this system", (unsigned)geteuid());
        return error_hint(err,
                          "PostgreSQL needs one: add the user, or use a running server with --database.");
    }
    snprintf(out->own_name, sizeof(out->own_name), "%s", self->pw_name);
    out->change = geteuid() == 0;
    if (out->change && !name)
        name = "postgres";
    found = out->change ? getpwnam(name) : self;
    if (!found || found->pw_uid == 0) {
        RAISE(err, ERROR_UNAVAILABLE, NULL, "the private database cannot run as user \"%s\"", name);
        return error_hint(err, "PostgreSQL refuses root: name an unprivileged user with --postgres-user.");
    }
    out->uid = found->pw_uid;
    out->gid = found->pw_gid;
    snprintf(out->name, sizeof(out->name), "%s", found->pw_name);
    out->group_count = ACCOUNT_GROUPS_MAX;
    if (out->change && getgrouplist(out->name, out->gid, out->groups, &out->group_count) < 0)
        return RAISE(err, ERROR_LIMIT, NULL, "user \"%s\" is in more than %d groups", out->name,
                     ACCOUNT_GROUPS_MAX);
    return true;
}

/* In a child: true once we are that user, for good. */
static bool become(const struct postgres_account *account)
{
    return !account->change || (setgroups((size_t)account->group_count, account->groups) == 0 &&
                                setgid(account->gid) == 0 && setuid(account->uid) == 0 && setuid(0) != 0);
}

bool postgres_account_reaches(const struct postgres_account *account, const char *folder)
{
    const pid_t child = fork();
    int status = 1;

    if (child == 0)
        _exit(become(account) && access(folder, X_OK) == 0 ? 0 : 1);
    return child > 0 && postgres_wait(child, UINT_MAX, &status) && status == 0;
}

bool postgres_account_own(const struct postgres_account *account, const char *path, struct error *err)
{
    if (account->change && lchown(path, account->uid, account->gid) != 0)
        return RAISE_ERRNO(err, "could not give \"%s\" to user \"%s\"", path, account->name);
    return true;
}

/* ---- running ---- */

/* Everything between fork and exec: only calls that are safe there.  The order matters: a change of user
 * clears the death signal, and a parent that died before it was set is only noticed by looking. */
static _Noreturn void run(const struct postgres_account *account, const char *const arguments[], int log,
                          pid_t parent)
{
    char *const environment[] = { (char[]){ "LC_ALL=C" }, (char[]){ "TZ=UTC" },
                                  (char[]){ "PATH=/usr/bin:/bin" }, NULL };
    const int nothing = open("/dev/null", O_RDONLY);
    sigset_t none;

    sigemptyset(&none);
    if (!become(account) || prctl(PR_SET_PDEATHSIG, SIGINT) != 0 || getppid() != parent || setsid() < 0 ||
        sigprocmask(SIG_SETMASK, &none, NULL) != 0 || signal(SIGPIPE, SIG_DFL) == SIG_ERR ||
        chdir("/") != 0 || dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 ||
        close_range(3, ~0U, 0) != 0)
        _exit(126);
    umask(0077);
    execve(arguments[0], (char *const *)(uintptr_t)arguments, environment);
    _exit(127);
}

pid_t postgres_spawn(const struct postgres_account *account, const char *const arguments[], const char *log,
                     struct error *err)
{
    const int descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const pid_t parent = getpid();
    pid_t child;

    if (descriptor < 0) {
        RAISE_ERRNO(err, "could not open \"%s\"", log);
        return -1;
    }
    child = fork();
    if (child == 0)
        run(account, arguments, descriptor, parent);
    if (child < 0)
        RAISE_ERRNO(err, "could not start \"%s\"", arguments[0]);
    close(descriptor);
    return child;
}

bool postgres_wait(pid_t child, unsigned wait_ms, int *out_status)
{
    for (unsigned waited_ms = 0;; waited_ms += 5) {
        const pid_t ended = waitpid(child, out_status, wait_ms == UINT_MAX ? 0 : WNOHANG);

        if (ended == child || (ended < 0 && errno != EINTR))
            return true;
        if (waited_ms >= wait_ms)
            return false;
        if (ended == 0)
            sleep_ms(5);
    }
}

/* ---- a postmaster that somebody left ---- */

/* Whether `folder` is an argument of the process.  Command lines can be read where working directories
 * cannot. */
static bool was_started_for(pid_t pid, const char *folder)
{
    char path[64], arguments[2 * PATH_MAX];
    const size_t folder_bytes = strlen(folder) + 1;
    size_t length = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
    file = fopen(path, "re");
    if (!file)
        return false;
    length = fread(arguments, 1, sizeof(arguments) - 1, file);
    fclose(file);
    arguments[length] = '\0';
    for (const char *at = arguments; at < arguments + length; at += strlen(at) + 1)
        if (strncmp(at, folder, folder_bytes) == 0)
            return true;
    return false;
}

enum postmaster postmaster_look(const char *cluster, pid_t *out_pid)
{
    char path[PATH_MAX], works_in[PATH_MAX], own[PATH_MAX];
    long pid = 0;
    FILE *file;
    ssize_t length;

    *out_pid = 0;
    snprintf(path, sizeof(path), "%s/postmaster.pid", cluster);
    file = fopen(path, "re");
    if (!file)
        return POSTMASTER_NONE;
    if (fscanf(file, "%ld", &pid) != 1 || pid <= 1 || pid > INT_MAX)
        pid = 0;
    fclose(file);
    *out_pid = (pid_t)pid;
    if (pid == 0 || !realpath(cluster, own))
        return POSTMASTER_STALE;

    waitpid(*out_pid, NULL, WNOHANG); /* an orphan may be ours by now, when we are process 1 */
    snprintf(path, sizeof(path), "/proc/%ld/cwd", pid);
    length = readlink(path, works_in, sizeof(works_in) - 1);
    if (length < 0 && errno == EACCES) /* root in a container may not look into processes of others */
        return was_started_for(*out_pid, own) ? POSTMASTER_ALIVE : POSTMASTER_STALE;
    if (length < 0)
        return POSTMASTER_STALE;
    works_in[length] = '\0';
    return strcmp(works_in, own) == 0 ? POSTMASTER_ALIVE : POSTMASTER_STALE;
}

bool postmaster_stop(const char *cluster, pid_t postmaster)
{
    static const struct {
        int signal;
        unsigned wait_ms;
    } steps[] = { { SIGINT, 30000 }, { SIGQUIT, 10000 } };
    pid_t now;

    for (size_t step = 0; step < COUNT(steps); step++) {
        kill(postmaster, steps[step].signal);
        for (unsigned waited_ms = 0; waited_ms < steps[step].wait_ms; waited_ms += 20) {
            if (postmaster_look(cluster, &now) != POSTMASTER_ALIVE || now != postmaster)
                return true;
            sleep_ms(20);
        }
    }
    return false;
}
