/* server/postgres_sockets.c -- see postgres_sockets.h. */
#include "server/postgres_sockets.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/memory.h"
#include "engine/base/path.h"

enum { SOCKET_PATH_MAX = 100 }; /* the kernel's limit is 107, with PostgreSQL's file name in it */

static const char socket_name[] = "/.s.PGSQL.5432";

static bool make_folder(struct postgres_sockets *self, const struct postgres_account *account,
                        struct error *err)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");

    if (strlen(self->folder) + strlen(socket_name) <= SOCKET_PATH_MAX) {
        if (mkdir(self->folder, 0700) != 0 && errno != EEXIST)
            return RAISE_ERRNO(err, "could not make \"%s\"", self->folder);
    } else {
        snprintf(self->folder, sizeof(self->folder), "%s/kiln.XXXXXX",
                 runtime && !account->change && strlen(runtime) < SOCKET_PATH_MAX / 2 ? runtime : "/tmp");
        if (!mkdtemp(self->folder))
            return RAISE_ERRNO(err, "could not make a folder like \"%s\"", self->folder);
        self->elsewhere = true;
    }
    return postgres_account_own(account, self->folder, err);
}

/* A value of a libpq connection string. */
static void quote(char *out, size_t out_bytes, const char *value)
{
    size_t length = 0;

    for (; *value && length + 3 < out_bytes; value++) {
        if (*value == '\'' || *value == '\\')
            out[length++] = '\\';
        out[length++] = *value;
    }
    out[length] = '\0';
}

static void name_urls(struct postgres_sockets *self)
{
    char host[2 * PATH_MAX], url[3 * PATH_MAX];

    quote(host, sizeof(host), self->folder);
    snprintf(url, sizeof(url), "host='%s' port=5432 user=kiln dbname=kiln", host);
    self->url = memory_text(url);
    snprintf(url, sizeof(url), "host='%s' port=5432 user=kiln dbname=postgres", host);
    self->url_maintenance = memory_text(url);
}

bool postgres_sockets_open(struct postgres_sockets *sockets, const struct postgres_cluster *cluster,
                           struct error *err)
{
    if (!path_format(sockets->folder, err, "%s/socket", cluster->data) ||
        !make_folder(sockets, &cluster->account, err))
        return false;
    name_urls(sockets);
    return true;
}

void postgres_sockets_close(struct postgres_sockets *sockets)
{
    if (sockets->elsewhere)
        postgres_folder_remove(sockets->folder);
    free(sockets->url);
    free(sockets->url_maintenance);
}
