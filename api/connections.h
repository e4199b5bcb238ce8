/* api/connections.h -- the open connections, and how long each may take over what it does.
 *
 * The HTTP library's own timeout counts idleness only: a client that sends a byte now and then would stay for
 * ever.  Here the head of a request (and the pause before it) has a deadline, and a body a least rate.
 * Who is too slow is shut down; the library then closes it.  Any thread. */
#ifndef API_CONNECTIONS_H
#define API_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connections;
struct client; /* one connection */

struct connections_limits {
    int64_t head_us_max;      /* from connecting, or from the last reply, to the end of the headers */
    int64_t body_grace_us;    /* after this long ... */
    int64_t body_bytes_per_s; /* ... a body has to have come at this rate at least */
    int64_t linger_us_max;    /* how long what a refused client still sends is read and thrown away */
};

enum client_phase {
    CLIENT_HEAD,
    CLIENT_BODY,
    CLIENT_SERVED, /* we work, or send: the library's timeout sees to senders that stall */
};

struct connections *connections_new(const struct connections_limits *limits);
/* Closes what still lingers; all clients are closed.  Accepts NULL. */
void connections_free(struct connections *connections);

/* `socket` stays the library's. */
struct client *connections_opened(struct connections *connections, int socket, int64_t now_us);
/* Before the library closes the socket.  `client` is gone afterwards. */
void connections_closed(struct connections *connections, struct client *client, int64_t now_us);

void client_enters(struct client *client, enum client_phase phase, int64_t now_us);
void client_received(struct client *client, size_t bytes);
/* The reply was sent before all of the request was read: were the socket closed now, the kernel would reset
 * the connection and the client might never see the reply.  Keeps reading for a while after the close. */
void client_lingers(struct client *client);

/* To be called several times a second. */
void connections_reap(struct connections *connections, int64_t now_us);

#endif
