/* api/request.c -- see request.h. */
#include "api/request.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

static const char *const method_names[METHOD_COUNT] = {
    [METHOD_GET] = "GET",     [METHOD_HEAD] = "HEAD",     [METHOD_POST] = "POST",       [METHOD_PUT] = "PUT",
    [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE", [METHOD_OPTIONS] = "OPTIONS",
};

const char *method_name(enum method method)
{
    return method_names[method];
}

bool method_parse(const char *name, enum method *out)
{
    for (int method = 0; method < METHOD_COUNT; method++)
        if (strcmp(method_names[method], name) == 0) {
            *out = (enum method)method;
            return true;
        }
    return false;
}

const char *request_header(const struct request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (strcasecmp(request->headers[i].name, name) == 0)
            return request->headers[i].value;
    return NULL;
}

const char *request_header_list(const struct request *request, const char *name)
{
    const char *joined = NULL;

    for (size_t i = 0; i < request->header_count; i++)
        if (strcasecmp(request->headers[i].name, name) == 0)
            joined = joined ? arena_format(request->arena, "%s, %s", joined, request->headers[i].value)
                            : request->headers[i].value;
    return joined;
}

void reply_init(struct reply *reply)
{
    *reply = (struct reply){ .file_descriptor = -1 };
}

void reply_fini(struct reply *reply)
{
    text_fini(&reply->body);
    if (reply->file_descriptor >= 0)
        close(reply->file_descriptor);
    reply_init(reply);
}

static struct header *find_header(struct reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (strcasecmp(reply->headers[i].name, name) == 0)
            return &reply->headers[i];
    return NULL;
}

void reply_header(struct reply *reply, const char *name, const char *value)
{
    struct header *header = find_header(reply, name);

    if (!header) {
        assert(reply->header_count < REPLY_HEADERS_MAX);
        header = &reply->headers[reply->header_count++];
    }
    *header = (struct header){ name, value };
}

const char *reply_header_value(const struct reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (strcasecmp(reply->headers[i].name, name) == 0)
            return reply->headers[i].value;
    return NULL;
}

void reply_wait(struct reply *reply, const char *job, unsigned wait_ms)
{
    reply->status = 0;
    reply->wait_job = job;
    reply->wait_ms = wait_ms;
}

static bool request_id_valid(const char *given)
{
    size_t length = strlen(given);

    return length > 0 && length < REQUEST_ID_BYTES &&
           strspn(given, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-") == length;
}

void request_id_set(char out[REQUEST_ID_BYTES], const char *given)
{
    unsigned char random[16] = { 0 };

    if (given && request_id_valid(given)) {
        memcpy(out, given, strlen(given) + 1);
        return;
    }
    /* Sixteen bytes never come in pieces; before the kernel is seeded this waits, once after boot. */
    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        memset(random, 0, sizeof(random));
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(out + 2 * i, 3, "%02x", random[i]);
}

/* `digits` hexadecimal digits and then `end`; with `meant`, not all of them zeros. */
static bool take_field(const char **at, size_t digits, bool meant, char end)
{
    size_t zeros = strspn(*at, "0");

    if (strspn(*at, "0123456789abcdef") != digits || (meant && zeros == digits) || (*at)[digits] != end)
        return false;
    *at += digits + (end != '\0');
    return true;
}

bool traceparent_valid(const char *given)
{
    /* Other versions may go on behind the flags; ff is none. */
    bool first = strncmp(given, "00", 2) == 0;

    return strncmp(given, "ff", 2) != 0 && take_field(&given, 2, false, '-') &&
           take_field(&given, 32, true, '-') && take_field(&given, 16, true, '-') &&
           (take_field(&given, 2, false, '\0') || (!first && take_field(&given, 2, false, '-')));
}
