/* server/config.h -- the settings of kilnd: every one a flag and an environment variable, from one table.
 *
 * The flag wins over the environment, the environment over the preset. */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/param.h"

enum config_auth { CONFIG_AUTH_NONE, CONFIG_AUTH_TOKENS };
enum config_log_format { CONFIG_LOG_TEXT, CONFIG_LOG_JSON }; /* as enum journal_format */

struct config {
    const char *listen;   /* HOST:PORT */
    const char *data;     /* folder of datasets, checkpoints, private database */
    const char *database; /* libpq URL; NULL: the private cluster */
    int64_t workers;
    int auth;                                      /* enum config_auth; -1 only while reading */
    int log_format;                                /* enum config_log_format */
    const char *postgres_programs, *postgres_user; /* of the private cluster; NULL: found */
    /* taken from `listen` */
    const char *listen_host; /* without brackets */
    unsigned listen_port;
    bool listen_loopback;
};

/* The table: flags are --NAME with '-' for '_', variables KILN_NAME; `database` is KILN_DATABASE_URL. */
extern const struct param config_params[];

/* Reads arguments[0 .. count) (without program and command) and the environment.  All errors are reported,
 * each with its flag or variable as pointer.  Texts live in the arena. */
bool config_read(int count, const char *const *arguments, const char *const *environment, struct arena *arena,
                 struct config *out, struct error_list *errors);

#endif
