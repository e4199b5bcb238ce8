/* server/postgres_process.h -- runs PostgreSQL's programs as the unprivileged user that they insist on. */
#ifndef SERVER_POSTGRES_PROCESS_H
#define SERVER_POSTGRES_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "engine/base/error.h"

enum { ACCOUNT_GROUPS_MAX = 64, ACCOUNT_NAME_BYTES = 64 };

/* Who runs the programs. */
struct postgres_account {
    bool change; /* we are root and become someone else */
    uid_t uid;
    gid_t gid;
    gid_t groups[ACCOUNT_GROUPS_MAX];
    int group_count;
    char name[ACCOUNT_NAME_BYTES];     /* of that user */
    char own_name[ACCOUNT_NAME_BYTES]; /* of the user we are */
};

/* As root: the user `name` (NULL: "postgres").  Otherwise: ourselves. */
bool postgres_account_find(const char *name, struct postgres_account *out, struct error *err);

/* True when that user can enter `folder`. */
bool postgres_account_reaches(const struct postgres_account *account, const char *folder);

/* Gives a file or folder of ours to that user. */
bool postgres_account_own(const struct postgres_account *account, const char *path, struct error *err);

/* Starts a program with standard output and error appended to `log`, a clean environment and no other
 * descriptors. It gets SIGINT when the calling thread ends. */
pid_t postgres_spawn(const struct postgres_account *account, const char *const arguments[], const char *log,
                     struct error *err);

/* Waits up to wait_ms for a child to end.  True when it has; out_status as of waitpid. */
bool postgres_wait(pid_t child, unsigned wait_ms, int *out_status);

/* What a postmaster.pid left in `cluster` means. */
enum postmaster { POSTMASTER_NONE, POSTMASTER_STALE, POSTMASTER_ALIVE };
/* Alive: the process exists and works in that folder (or was started for it, where that cannot be seen).
 * out_pid is 0 when there is no file. */
enum postmaster postmaster_look(const char *cluster, pid_t *out_pid);
/* Stops a postmaster that need not be our child; false when it goes on for 40 s. */
bool postmaster_stop(const char *cluster, pid_t postmaster);

#endif
