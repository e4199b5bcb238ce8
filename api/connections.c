/* api/connections.c -- see connections.h. */
#include "api/connections.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/memory.h"

enum { LINGER_BYTES_PER_REAP = 4 * 1024 * 1024 };

struct client {
    struct client *next, **link;
    int socket;
    bool lingers;
    _Atomic int phase; /* enum client_phase */
    _Atomic int64_t phase_since_us;
    _Atomic int64_t body_bytes; /* of the present body */
};

struct lingering {
    struct lingering *next;
    int socket;
    int64_t deadline_us;
};

struct connections {
    struct connections_limits limits;
    pthread_mutex_t
        lock; /* guards the two lists, and sockets against being closed while they are shut down */
    struct client *clients;
    struct lingering *lingering;
};

struct connections *connections_new(const struct connections_limits *limits)
{
    struct connections *connections = memory_new(1, sizeof(*connections));

    connections->limits = *limits;
    pthread_mutex_init(&connections->lock, NULL);
    return connections;
}

static void close_lingering(struct lingering **link)
{
    struct lingering *lingering = *link;

    *link = lingering->next;
    close(lingering->socket);
    free(lingering);
}

void connections_free(struct connections *connections)
{
    if (!connections)
        return;
    while (connections->lingering)
        close_lingering(&connections->lingering);
    pthread_mutex_destroy(&connections->lock);
    free(connections);
}

struct client *connections_opened(struct connections *connections, int socket, int64_t now_us)
{
    struct client *client = memory_new(1, sizeof(*client));

    client->socket = socket;
    client_enters(client, CLIENT_HEAD, now_us);
    pthread_mutex_lock(&connections->lock);
    client->next = connections->clients;
    client->link = &connections->clients;
    if (client->next)
        client->next->link = &client->next;
    connections->clients = client;
    pthread_mutex_unlock(&connections->lock);
    return client;
}

/* Keeps the socket open behind the library's back; without a descriptor to spare, the client has bad luck. */
static void linger(struct connections *connections, int socket, int64_t now_us)
{
    struct lingering *lingering;
    int copy = fcntl(socket, F_DUPFD_CLOEXEC, 0);

    if (copy < 0)
        return;
    lingering = memory_new(1, sizeof(*lingering));
    *lingering = (struct lingering){ .next = connections->lingering,
                                     .socket = copy,
                                     .deadline_us = now_us + connections->limits.linger_us_max };
    connections->lingering = lingering;
}

void connections_closed(struct connections *connections, struct client *client, int64_t now_us)
{
    pthread_mutex_lock(&connections->lock);
    *client->link = client->next;
    if (client->next)
        client->next->link = client->link;
    if (client->lingers) {
        shutdown(client->socket, SHUT_WR);
        linger(connections, client->socket, now_us);
    }
    pthread_mutex_unlock(&connections->lock);
    free(client);
}

void client_enters(struct client *client, enum client_phase phase, int64_t now_us)
{
    atomic_store(&client->body_bytes, 0);
    atomic_store(&client->phase_since_us, now_us);
    atomic_store(&client->phase, (int)phase);
}

void client_received(struct client *client, size_t bytes)
{
    atomic_fetch_add(&client->body_bytes, (int64_t)bytes);
}

void client_lingers(struct client *client)
{
    client->lingers = true;
}

static bool too_slow(const struct connections_limits *limits, const struct client *client, int64_t now_us)
{
    int64_t since_us = now_us - atomic_load(&client->phase_since_us);

    switch ((enum client_phase)atomic_load(&client->phase)) {
    case CLIENT_HEAD:
        return since_us > limits->head_us_max;
    case CLIENT_BODY:
        return since_us > limits->body_grace_us &&
               atomic_load(&client->body_bytes) < since_us / 1000000 * limits->body_bytes_per_s;
    case CLIENT_SERVED:
        return false;
    }
    return false;
}

/* True when the other side is done, or time is up. */
static bool lingered_enough(const struct lingering *lingering, int64_t now_us)
{
    char waste[16384];
    ssize_t bytes = 0;

    for (size_t total = 0; total < LINGER_BYTES_PER_REAP; total += (size_t)bytes) {
        bytes = recv(lingering->socket, waste, sizeof(waste), MSG_DONTWAIT);
        if (bytes <= 0)
            break;
    }
    return bytes == 0 || now_us >= lingering->deadline_us;
}

void connections_reap(struct connections *connections, int64_t now_us)
{
    pthread_mutex_lock(&connections->lock);
    for (struct client *client = connections->clients; client; client = client->next)
        if (too_slow(&connections->limits, client, now_us))
            shutdown(client->socket, SHUT_RDWR);
    for (struct lingering **link = &connections->lingering; *link;)
        if (lingered_enough(*link, now_us))
            close_lingering(link);
        else
            link = &(*link)->next;
    pthread_mutex_unlock(&connections->lock);
}
