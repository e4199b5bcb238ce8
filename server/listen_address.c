/* server/listen_address.c -- see listen_address.h. */
#include "server/listen_address.h"

#include <arpa/inet.h>
#include <string.h>

#include "engine/base/text.h"

static bool is_numeric(const char *host, bool six)
{
    struct in6_addr address; /* either kind fits */

    return inet_pton(six ? AF_INET6 : AF_INET, host, &address) == 1;
}

bool listen_address_read(const char *text, struct listen_address *out)
{
    const char *colon = strrchr(text, ':'), *host = text;
    const bool brackets = colon && text[0] == '[' && colon[-1] == ']';
    struct listen_address address = { 0 };
    int64_t port;
    size_t length;

    if (!colon || !text_to_int64(colon + 1, &port) || port < 0 || port > UINT16_MAX)
        return false;
    length = (size_t)(colon - host);
    if (length == strlen("localhost") && memcmp(host, "localhost", length) == 0) {
        host = "127.0.0.1";
        length = strlen(host);
    }
    if (brackets) {
        host++;
        length -= 2;
    }
    if (length >= sizeof(address.host))
        return false;
    memcpy(address.host, host, length);
    address.port = (uint16_t)port;
    if (!is_numeric(address.host, brackets))
        return false;
    *out = address;
    return true;
}

bool listen_address_is_loopback(const struct listen_address *address)
{
    struct in6_addr six;
    struct in_addr four;

    if (inet_pton(AF_INET, address->host, &four) == 1)
        return (ntohl(four.s_addr) >> 24) == 127;
    return inet_pton(AF_INET6, address->host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}
