/* server/postgres_cluster.c -- see postgres_cluster.h. */
#include "server/postgres_cluster.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/base/path.h"
#include "engine/base/write_file.h"

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void postgres_folder_remove(const char *folder)
{
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static bool write_text(const struct postgres_cluster *cluster, const char *folder, const char *name,
                       const char *content, struct error *err)
{
    const struct write_part whole = { content, strlen(content) };
    char path[PATH_MAX];

    return path_format(path, err, "%s/%s", folder, name) && write_file(path, &whole, 1, err) &&
           postgres_account_own(&cluster->account, path, err);
}

/* Who may connect: over the socket, the user who runs the server and the one we are, both as role kiln. */
static bool write_access(const struct postgres_cluster *cluster, const char *folder, struct error *err)
{
    char map[4 * ACCOUNT_NAME_BYTES];

    snprintf(map, sizeof(map), "kiln \"%s\" kiln\nkiln \"%s\" kiln\n", cluster->account.name,
             cluster->account.own_name);
    return write_text(cluster, folder, "pg_hba.conf", "local all all peer map=kiln\n", err) &&
           write_text(cluster, folder, "pg_ident.conf", map, err);
}

bool postgres_cluster_raise(const struct postgres_cluster *cluster, struct error *err, const char *what)
{
    char line[300] = "", last[300] = "";
    FILE *log = fopen(cluster->log, "re");

    while (log && fgets(line, sizeof(line), log))
        if (line[0] != '\n')
            memcpy(last, line, sizeof(last));
    if (log)
        fclose(log);
    last[strcspn(last, "\n")] = '\0';
    RAISE(err, ERROR_UNAVAILABLE, NULL, "%s: %s", what, last[0] ? last : "no reason given");
    return error_hint(err, "The log of the private database is \"%.180s\".", cluster->log);
}

static bool run_initdb(const struct postgres_cluster *cluster, const char *folder, struct error *err)
{
    char program[PATH_MAX];
    int status = -1;

    if (!path_format(program, err, "%s/initdb", cluster->programs))
        return false;

    const char *const arguments[] = { program,
                                      "-D",
                                      folder,
                                      "-U",
                                      "kiln",
                                      "-A",
                                      "peer",
                                      "-E",
                                      "UTF8",
                                      "--no-locale",
                                      "--data-checksums",
                                      "--no-instructions",
                                      NULL };
    const pid_t child = postgres_spawn(&cluster->account, arguments, cluster->log, err);

    if (child < 0)
        return false;
    postgres_wait(child, UINT_MAX, &status);
    return status == 0 || postgres_cluster_raise(cluster, err, "could not make the private database");
}

static bool sync(const char *folder, struct error *err)
{
    return sync_folder(folder) || RAISE_ERRNO(err, "could not sync \"%s\"", folder);
}

/* Beside its place, then renamed: half a cluster is never taken for a whole one. */
bool postgres_cluster_make(const struct postgres_cluster *cluster, struct error *err)
{
    char folder[PATH_MAX];

    if (!path_format(folder, err, "%s/postgres.new", cluster->data))
        return false;
    postgres_folder_remove(folder); /* of a start that was cut short */
    if (mkdir(folder, 0700) != 0)
        return RAISE_ERRNO(err, "could not make \"%s\"", folder);
    if (!postgres_account_own(&cluster->account, folder, err) || !run_initdb(cluster, folder, err) ||
        !write_access(cluster, folder, err) || !sync(folder, err))
        return false;
    if (rename(folder, cluster->folder) != 0)
        return RAISE_ERRNO(err, "could not rename \"%s\"", folder);
    return sync(cluster->data, err);
}

int postgres_cluster_major(const struct postgres_cluster *cluster)
{
    char path[PATH_MAX + 16];
    int major = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/PG_VERSION", cluster->folder);
    file = fopen(path, "re");
    if (!file)
        return 0;
    if (fscanf(file, "%d", &major) != 1)
        major = 0;
    fclose(file);
    return major;
}
