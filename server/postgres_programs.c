/* server/postgres_programs.c -- see postgres_programs.h. */
#include "server/postgres_programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/memory.h"

static const char debian[] = "/usr/lib/postgresql";

enum { MAJOR_MAX = 99, MAJOR_MIN = 13 };

static bool runs(const char *folder, const char *program)
{
    char path[PATH_MAX];

    return snprintf(path, sizeof(path), "%s/%s", folder, program) < (int)sizeof(path) &&
           access(path, X_OK) == 0;
}

/* The major version that `folder`/postgres tells of itself; 0 when it tells none. */
static int version_in(const char *folder)
{
    static const char before[] = "(PostgreSQL) ";
    char command[PATH_MAX + 32], line[256] = "";
    const char *found;
    FILE *pipe;

    if (!runs(folder, "initdb") || !runs(folder, "postgres") || strchr(folder, '\''))
        return 0;
    snprintf(command, sizeof(command), "'%s/postgres' --version 2>&1", folder);
    pipe = popen(command, "re");
    if (!pipe)
        return 0;
    if (!fgets(line, sizeof(line), pipe))
        line[0] = '\0';
    pclose(pipe);
    found = strstr(line, before);
    return found ? (int)strtol(found + strlen(before), NULL, 10) : 0;
}

static bool fits(const char *folder, int major)
{
    const int version = version_in(folder);

    return major > 0 ? version == major : version >= MAJOR_MIN;
}

static bool find_in_path(int major, char out_folder[PATH_MAX])
{
    char *path = memory_text(getenv("PATH")), *rest = NULL;
    bool found = false;

    for (char *folder = path ? strtok_r(path, ":", &rest) : NULL; folder && !found;
         folder = strtok_r(NULL, ":", &rest)) {
        found = folder[0] == '/' && fits(folder, major);
        if (found)
            snprintf(out_folder, PATH_MAX, "%s", folder);
    }
    free(path);
    return found;
}

static bool find_debian(int major, char out_folder[PATH_MAX])
{
    for (int version = MAJOR_MAX; version >= MAJOR_MIN; version--) {
        snprintf(out_folder, PATH_MAX, "%s/%d/bin", debian, version);
        if (fits(out_folder, major))
            return true;
    }
    return false;
}

bool postgres_programs_find(const char *setting, int major, char out_folder[PATH_MAX], struct error *err)
{
    if (setting) {
        snprintf(out_folder, PATH_MAX, "%s", setting);
        if (fits(setting, major))
            return true;
    } else if (find_in_path(major, out_folder) || find_debian(major, out_folder)) {
        return true;
    }
    if (major > 0) {
        RAISE(err, ERROR_UNAVAILABLE, NULL,
              "the private database was made by PostgreSQL %d, which is not installed", major);
        return error_hint(err, "Install postgresql-%d, or move the data to a newer one with pg_upgrade.",
                          major);
    }
    RAISE(err, ERROR_UNAVAILABLE, NULL, "cannot find PostgreSQL's programs initdb and postgres in \"%s\"",
          setting ? setting : "PATH and /usr/lib/postgresql");
    return error_hint(err, "Install the package postgresql, or use a running server with --database.");
}
