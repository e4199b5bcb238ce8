/* server/migrate_offline.h -- kilnd migrate: brings the database to this version while no service runs. */
#ifndef SERVER_MIGRATE_OFFLINE_H
#define SERVER_MIGRATE_OFFLINE_H

#include "server/config.h"

/* The database that the settings name; without one, the private one, which runs only meanwhile.
 * out_applied: how many migrations were applied now. */
bool migrate_offline(const struct config *config, size_t *out_applied, struct error *err);

#endif
