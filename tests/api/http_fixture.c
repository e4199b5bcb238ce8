/* tests/api/http_fixture.c -- see http_fixture.h. */
#include "tests/api/http_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/api/test_routes.h"

enum { ANSWER_BYTES = 65536, PATIENCE_MS = 20000 };

static char folder[] = "/tmp/kiln-test-XXXXXX";
struct http *http;

void http_fixture_start_with(const struct http_options *base)
{
    struct http_options options = *base;
    struct error err = { 0 };

    strcpy(folder, "/tmp/kiln-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    options.listen = (struct listen_address){ .host = "127.0.0.1" };
    options.exchange = (struct exchange_context){ .routes = test_routes, .upload_folder = folder };
    http = http_start(&options, &err);
    ck_assert_msg(http != NULL, "%s", err.message);
}

void http_fixture_start(void)
{
    http_fixture_start_with(&http_options_default);
}

void http_fixture_stop(void)
{
    http_stop(http, 1000);
    ck_assert_int_eq(rmdir(folder), 0);
}

int connect_client(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int file = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_port = htons((uint16_t)atoi(strrchr(http_address(http), ':') + 1));
    ck_assert_int_eq(connect(file, (struct sockaddr *)&address, sizeof(address)), 0);
    return file;
}

void send_bytes(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(file, bytes, length, MSG_NOSIGNAL);

        if (sent <= 0)
            return; /* refused in the middle: the answer tells */
        bytes += sent;
        length -= (size_t)sent;
    }
}

const char *read_all(int file)
{
    static char answer[ANSWER_BYTES];
    size_t length = 0;
    ssize_t bytes;

    do {
        struct pollfd waiting = { .fd = file, .events = POLLIN };

        ck_assert_msg(poll(&waiting, 1, PATIENCE_MS) == 1, "no answer, and the connection stays open");
        bytes = recv(file, answer + length, sizeof(answer) - 1 - length, 0);
        length += bytes > 0 ? (size_t)bytes : 0;
    } while (bytes > 0);
    answer[length] = '\0';
    close(file);
    return answer;
}

const char *ask_bytes(const char *bytes, size_t length)
{
    int file = connect_client();

    send_bytes(file, bytes, length);
    return read_all(file);
}

const char *ask(const char *request)
{
    return ask_bytes(request, strlen(request));
}

int status_of(const char *answer)
{
    return strncmp(answer, "HTTP/1.", 7) == 0 ? atoi(answer + 9) : 0;
}

int send_waiting(const char *request)
{
    int file = connect_client();

    send_bytes(file, request, strlen(request));
    return file;
}
