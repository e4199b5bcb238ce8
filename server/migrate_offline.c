/* server/migrate_offline.c -- see migrate_offline.h. */
#include "server/migrate_offline.h"

#include <errno.h>
#include <sys/stat.h>

#include "server/migrate.h"
#include "server/private_postgres.h"

enum { STATEMENT_MS_MAX = 600000 };

static bool migrate_url(const char *url, size_t *out_applied, struct error *err)
{
    struct db *db = db_open(
        &(struct db_options){ .url = url, .name = "kiln migrate", .statement_timeout_ms = STATEMENT_MS_MAX });
    bool migrated = migrate(db, migrations, out_applied, err);

    db_close(db);
    return migrated;
}

bool migrate_offline(const struct config *config, size_t *out_applied, struct error *err)
{
    const struct private_postgres_options options = { .data = config->data,
                                                      .programs = config->postgres_programs,
                                                      .user = config->postgres_user };
    struct private_postgres *postgres;
    bool migrated;

    if (config->database)
        return migrate_url(config->database, out_applied, err);
    if (mkdir(config->data, 0755) != 0 && errno != EEXIST)
        return RAISE_ERRNO(err, "could not make the data folder %s", config->data);
    postgres = private_postgres_start(&options, err);
    migrated = postgres && migrate_url(private_postgres_url(postgres), out_applied, err);
    private_postgres_stop(postgres);
    return migrated;
}
