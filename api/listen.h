/* api/listen.h -- a listening socket. */
#ifndef API_LISTEN_H
#define API_LISTEN_H

#include "engine/base/error.h"
#include "server/listen_address.h"

enum { LISTEN_ADDRESS_BYTES = 80 };

/* The socket, or -1 with `err` set.  `out_address` gets what it listens on, with the real port. */
int listen_open(const struct listen_address *address, char out_address[LISTEN_ADDRESS_BYTES],
                struct error *err);

#endif
