/* api/listen.c -- see listen.h. */
#include "api/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HOST_BYTES_MAX = 256, BACKLOG = 511 };

/* Takes "host:port" or "[host]:port" apart. */
static struct addrinfo *resolve(const char *address, struct error *err)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    const char *colon = strrchr(address, ':');
    struct addrinfo *found = NULL;
    char host[HOST_BYTES_MAX];
    size_t length;
    int failure;

    if (!colon || colon[1] == '\0' || (size_t)(colon - address) >= sizeof(host)) {
        RAISE(err, ERROR_INVALID_VALUE, NULL, "\"%s\" is not HOST:PORT", address);
        return NULL;
    }
    length = (size_t)(colon - address);
    if (length >= 2 && address[0] == '[' && address[length - 1] == ']') {
        address++;
        length -= 2;
    }
    memcpy(host, address, length);
    host[length] = '\0';
    failure = getaddrinfo(length > 0 ? host : NULL, colon + 1, &hints, &found);
    if (failure != 0) {
        RAISE(err, ERROR_INVALID_VALUE, NULL, "could not understand the address \"%s\": %s", address,
              gai_strerror(failure));
        return NULL;
    }
    return found;
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
static int open_one(const struct addrinfo *info)
{
    static const int on = 1;
    int file = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int reason;

    if (file < 0)
        return -1;
    setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(file, info->ai_addr, info->ai_addrlen) == 0 && listen(file, BACKLOG) == 0)
        return file;
    reason = errno;
    close(file);
    errno = reason;
    return -1;
}

int listen_open(const char *address, char out_address[LISTEN_ADDRESS_BYTES], struct error *err)
{
    struct addrinfo *found = resolve(address, err);
    int file = -1;

    if (!found)
        return -1;
    for (const struct addrinfo *info = found; info && file < 0; info = info->ai_next)
        file = open_one(info);
    if (file < 0)
        RAISE_ERRNO(err, "could not listen on \"%s\"", address);
    else
        spell(file, out_address);
    freeaddrinfo(found);
    return file;
}
