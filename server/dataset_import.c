/* server/dataset_import.c -- see dataset_import.h. */
#include "server/dataset_import.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/data/file_map.h"
#include "engine/data/npy.h"
#include "server/dataset_import_format.h"
#include "server/nameless_file.h"

/* ---- the child ---- */

static bool spawn(const char *program, int in, int out, pid_t *child, struct error *err)
{
    char *const arguments[] = { "kilnd", "import", NULL }, *const environment[] = { NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    int failure;

    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO);
    failure = posix_spawn(child, program, &actions, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    errno = failure;
    return failure == 0 || RAISE_ERRNO(err, "could not start \"%s\"", program);
}

static bool wait_for(pid_t child, struct error *err)
{
    int status;

    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return RAISE_ERRNO(err, "could not wait for the import");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    RAISE(err, ERROR_SYNTAX, NULL, "the HDF5 file cannot be read: libhdf5 fails on it");
    return error_hint(err, "It is damaged, or needs too much memory; write it again with h5py.");
}

/* ---- what it handed back: not to be trusted ---- */

static bool read_report(const struct file_map *map, struct error *err)
{
    struct import_report report;

    if (map->length < sizeof(report))
        return RAISE(err, ERROR_INTERNAL, NULL, "the import of a dataset ended without a report");
    memcpy(&report, map->bytes, sizeof(report));
    if (report.code == ERROR_NONE)
        return true;
    report.message[sizeof(report.message) - 1] = report.hint[sizeof(report.hint) - 1] = '\0';
    RAISE(err,
          report.code > ERROR_NONE && report.code < ERROR_INTERNAL ? (enum error_code)report.code
                                                                   : ERROR_INTERNAL,
          NULL, "%s", report.message);
    return report.hint[0] ? error_hint(err, "%s", report.hint) : false;
}

/* Reads the array at *at and steps over it. */
static bool read_part(const struct file_map *map, size_t *at, size_t bytes_max, struct import_part *out_part,
                      struct array *out, struct error *err)
{
    struct byte_reader *reader;
    bool good;

    if (map->length - *at < sizeof(*out_part))
        return RAISE(err, ERROR_INTERNAL, NULL, "the import of a dataset was cut off");
    memcpy(out_part, (const char *)map->bytes + *at, sizeof(*out_part));
    *at += sizeof(*out_part);
    out_part->source[sizeof(out_part->source) - 1] = '\0';
    if (out_part->bytes > map->length - *at)
        return RAISE(err, ERROR_INTERNAL, NULL, "the import of a dataset was cut off");
    reader = byte_reader_new((const char *)map->bytes + *at, out_part->bytes, BYTES_PLAIN);
    good = npy_read(reader, bytes_max, out, err);
    byte_reader_free(reader);
    *at += out_part->bytes;
    return good;
}

static bool read_source(const struct file_map *map, size_t *at, struct dataset *dataset, struct error *err)
{
    const size_t bytes_max = dataset_room(dataset);
    struct array array = { 0 }, shapes = { 0 };
    struct import_part part, second;
    bool good = read_part(map, at, bytes_max, &part, &array, err);

    if (good && part.ragged)
        good = read_part(map, at, bytes_max, &second, &shapes, err) &&
               dataset_add_ragged(dataset, part.source, &array, &shapes, err);
    else if (good)
        good = dataset_add(dataset, part.source, &array, err);
    array_fini(&array); /* nothing is left of those that were taken over */
    array_fini(&shapes);
    return good;
}

static bool read_parts(const struct file_map *map, struct dataset *dataset, struct error *err)
{
    size_t at = sizeof(struct import_report);

    while (at < map->length)
        if (!read_source(map, &at, dataset, err))
            return false;
    return dataset->source_count > 0 ||
           RAISE(err, ERROR_INTERNAL, NULL, "the import of a dataset has no sources");
}

static bool collect(int file, struct dataset **out, struct error *err)
{
    struct dataset *dataset = dataset_new();
    struct file_map map;
    char path[64];
    bool good;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    good = file_map_open(path, &map, err);
    if (good) {
        good = read_report(&map, err) && read_parts(&map, dataset, err);
        file_map_close(&map);
    }
    if (good)
        *out = dataset;
    else
        dataset_unref(dataset);
    return good;
}

bool dataset_import(const char *program, const char *folder, const void *bytes, size_t length,
                    struct dataset **out, struct error *err)
{
    const int in = nameless_file_open(folder, err), back = in >= 0 ? nameless_file_open(folder, err) : -1;
    bool good = false;
    pid_t child;

    if (back >= 0)
        good = nameless_file_write(in, bytes, length, err) && spawn(program, in, back, &child, err) &&
               wait_for(child, err) && collect(back, out, err);
    if (back >= 0)
        close(back);
    if (in >= 0)
        close(in);
    return good;
}
