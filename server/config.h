/* server/config.h -- the settings of kilnd: every one a flag and an environment variable, from one table.
 *
 * The flag wins over the variable, the variable over the preset. */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/param.h"
#include "engine/base/text.h"
#include "server/listen_address.h"

enum config_auth { CONFIG_AUTH_NONE, CONFIG_AUTH_TOKENS };
enum config_log_format { CONFIG_LOG_TEXT, CONFIG_LOG_JSON }; /* as enum journal_format */

struct config {
    const char *listen;                            /* as given: HOST:PORT */
    const char *data;                              /* folder of datasets, checkpoints, private database */
    const char *database;                          /* libpq URL; NULL: the private cluster */
    int64_t workers;                               /* worker threads */
    int auth;                                      /* enum config_auth */
    int log_format;                                /* enum config_log_format */
    const char *postgres_programs, *postgres_user; /* of the private cluster; NULL: to be found */
    struct listen_address listen_address;          /* taken from `listen` */
};

/* Reads the arguments behind program and command, and the environment (ends in NULL).  All errors are
 * reported; each names its flag or variable.  Texts live in the arena. */
bool config_read(int count, char *const *arguments, char *const *environment, struct arena *arena,
                 struct config *out, struct error_list *errors);

/* One paragraph per setting, for --help. */
void config_describe(struct text *out);

#endif
