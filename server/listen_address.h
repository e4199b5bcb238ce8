/* server/listen_address.h -- where kilnd listens: a numeric address and a port, from "HOST:PORT". */
#ifndef SERVER_LISTEN_ADDRESS_H
#define SERVER_LISTEN_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct listen_address {
    char host[INET6_ADDRSTRLEN]; /* numeric, without brackets */
    uint16_t port;               /* 0: any free one */
};

/* "127.0.0.1:8080", "[::1]:0", "localhost:8080".  False, with *out untouched: `text` is something else. */
bool listen_address_read(const char *text, struct listen_address *out);

/* Whether only this machine can reach it. */
bool listen_address_is_loopback(const struct listen_address *address);

#endif
