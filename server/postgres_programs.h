/* server/postgres_programs.h -- where PostgreSQL's programs are on this machine. */
#ifndef SERVER_POSTGRES_PROGRAMS_H
#define SERVER_POSTGRES_PROGRAMS_H

#include <limits.h>
#include <stdbool.h>

#include "engine/base/error.h"

/* The folder that holds initdb and postgres: `setting` when given, else the first of PATH and of
 * /usr/lib/postgresql/N/bin, highest N first.  With major > 0 only that major version will do: a cluster
 * belongs to the one that made it. */
bool postgres_programs_find(const char *setting, int major, char out_folder[PATH_MAX], struct error *err);

#endif
