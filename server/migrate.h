/* server/migrate.h -- brings the database to this binary's version.
 *
 * migrations/ is part of the binary.  Each file is applied once, in order of name, in one transaction under
 * an advisory lock, so that several servers may start at once.  Digests are kept: a file that changed after
 * it was applied, or a database that is newer than the binary, is an error and changes nothing. */
#ifndef SERVER_MIGRATE_H
#define SERVER_MIGRATE_H

#include "engine/base/embedded.h"
#include "server/store/db.h"

/* The files of migrations/, ending in a NULL name. */
extern const struct embedded_file migrations[];

/* `db` is opened with a statement timeout that suits large tables.  out_applied: how many were applied now.
 * False with ERROR_UNAVAILABLE when it may work later, ERROR_STATE when binary and database do not fit. */
bool migrate(struct db *db, const struct embedded_file *files, size_t *out_applied, struct error *err);

/* True when nothing is left to apply.  Changes nothing. */
bool migrate_is_current(struct db *db, const struct embedded_file *files, struct error *err);

#endif
