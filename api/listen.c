/* api/listen.c -- see listen.h. */
#include "api/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 511 };

/* *out_bytes is 0, which no socket takes, when the host is not numeric. */
static struct sockaddr_storage socket_address(const struct listen_address *address, socklen_t *out_bytes)
{
    struct sockaddr_storage out = { 0 };
    struct sockaddr_in *four = (void *)&out;
    struct sockaddr_in6 *six = (void *)&out;

    if (inet_pton(AF_INET, address->host, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(address->port);
        *out_bytes = sizeof(*four);
        return out;
    }
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(address->port);
    *out_bytes = inet_pton(AF_INET6, address->host, &six->sin6_addr) == 1 ? sizeof(*six) : 0;
    return out;
}

static void spell(int file, char out[LISTEN_ADDRESS_BYTES])
{
    struct sockaddr_storage address = { 0 };
    socklen_t bytes = sizeof(address);
    char host[INET6_ADDRSTRLEN] = "";

    getsockname(file, (struct sockaddr *)&address, &bytes);
    if (address.ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)&address;

        inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof(host));
        snprintf(out, LISTEN_ADDRESS_BYTES, "[%s]:%u", host, (unsigned)ntohs(six->sin6_port));
    } else {
        const struct sockaddr_in *four = (const void *)&address;

        inet_ntop(AF_INET, &four->sin_addr, host, sizeof(host));
        snprintf(out, LISTEN_ADDRESS_BYTES, "%s:%u", host, (unsigned)ntohs(four->sin_port));
    }
}

/* -1 with errno set. */
static int open_socket(const struct listen_address *address)
{
    static const int on = 1;
    socklen_t bytes;
    const struct sockaddr_storage place = socket_address(address, &bytes);
    int file = socket(place.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int reason;

    if (file < 0)
        return -1;
    setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(file, (const struct sockaddr *)&place, bytes) == 0 && listen(file, BACKLOG) == 0)
        return file;
    reason = errno;
    close(file);
    errno = reason;
    return -1;
}

int listen_open(const struct listen_address *address, char out_address[LISTEN_ADDRESS_BYTES],
                struct error *err)
{
    int file = open_socket(address);

    if (file < 0)
        RAISE_ERRNO(err, "could not listen on port %u of %s", (unsigned)address->port, address->host);
    else
        spell(file, out_address);
    return file;
}
