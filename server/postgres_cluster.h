/* server/postgres_cluster.h -- the folder in which the private PostgreSQL keeps its data: made whole or not
 * at all. */
#ifndef SERVER_POSTGRES_CLUSTER_H
#define SERVER_POSTGRES_CLUSTER_H

#include <limits.h>
#include <stdbool.h>

#include "engine/base/error.h"
#include "server/postgres_process.h"

struct postgres_cluster {
    struct postgres_account account; /* who runs the programs */
    char data[PATH_MAX];             /* DATA, absolute */
    char folder[PATH_MAX];           /* DATA/postgres */
    char log[PATH_MAX];              /* DATA/postgres.log */
    char programs[PATH_MAX];         /* holds initdb and postgres */
};

/* The major version that made the cluster; 0 when there is none. */
int postgres_cluster_major(const struct postgres_cluster *cluster);

/* Needs everything in the struct.  Only the account and we ourselves may connect, as role kiln. */
bool postgres_cluster_make(const struct postgres_cluster *cluster, struct error *err);

/* Raises `what` with the last line that a program left in the log: it tells best what went wrong. */
bool postgres_cluster_raise(const struct postgres_cluster *cluster, struct error *err, const char *what);

/* Removes a folder and all that is in it, as far as it can. */
void postgres_folder_remove(const char *folder);

#endif
