/* server/postgres_sockets.h -- the folder in which the private database can be reached, and its URLs.
 *
 * DATA/socket, or a folder of its own when that path is too long for a socket. */
#ifndef SERVER_POSTGRES_SOCKETS_H
#define SERVER_POSTGRES_SOCKETS_H

#include <limits.h>

#include "server/postgres_cluster.h"

struct postgres_sockets {
    char folder[PATH_MAX];
    bool elsewhere;        /* removed when it is closed */
    char *url;             /* of the database "kiln"; owned */
    char *url_maintenance; /* of the database "postgres", which is always there; owned */
};

/* Zeroed before.  On failure it is closed all the same. */
bool postgres_sockets_open(struct postgres_sockets *sockets, const struct postgres_cluster *cluster,
                           struct error *err);
void postgres_sockets_close(struct postgres_sockets *sockets);

#endif
