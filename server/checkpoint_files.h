/* server/checkpoint_files.h -- the folder that holds the checkpoints of all jobs:
 * DATA/checkpoints/JOB/CHECKPOINT.tar.
 *
 * Names on disk are made of identifiers only, never of what a user wrote.  A row of the table checkpoints
 * names its file as "JOB/CHECKPOINT.tar".  Any thread. */
#ifndef SERVER_CHECKPOINT_FILES_H
#define SERVER_CHECKPOINT_FILES_H

#include <limits.h>
#include <stdint.h>

#include "engine/base/error.h"
#include "server/identifier.h"

struct checkpoint_files;

enum { CHECKPOINT_FILE_BYTES = 2 * IDENTIFIER_TEXT_BYTES + 8 };

/* Makes DATA/checkpoints when it is missing. */
struct checkpoint_files *checkpoint_files_open(const char *data_folder, struct error *err);
void checkpoint_files_close(struct checkpoint_files *files); /* accepts NULL */

/* Where a new checkpoint goes; makes the job's folder. */
bool checkpoint_files_place(struct checkpoint_files *files, const char *job, const char *checkpoint,
                            char out_file[CHECKPOINT_FILE_BYTES], char out_path[PATH_MAX], struct error *err);

/* The path of a file as its row names it; false when that is no name of ours. */
bool checkpoint_files_path(const struct checkpoint_files *files, const char *file, char out_path[PATH_MAX],
                           struct error *err);

/* Open for reading; -1 with ERROR_NOT_FOUND or ERROR_IO.  Stays readable when the file is removed. */
int checkpoint_files_descriptor(const struct checkpoint_files *files, const char *file, struct error *err);

/* True when the file is there with this size and digest; else false with ERROR_NOT_FOUND, ERROR_CORRUPT or
 * ERROR_IO. */
bool checkpoint_files_check(const struct checkpoint_files *files, const char *file, int64_t bytes,
                            const char *sha256, struct error *err);

/* Removes the files of a job that are not `named` ("JOB/CHECKPOINT.tar"): half written ones, and whole ones
 * whose row was never made. */
bool checkpoint_files_collect(struct checkpoint_files *files, const char *job,
                              bool (*named)(void *context, const char *file), void *context,
                              size_t *out_removed, struct error *err); /* `named` NULL: all of them */

/* Missing files are no error: removing is repeated after a crash. */
bool checkpoint_files_remove(struct checkpoint_files *files, const char *file, struct error *err);
bool checkpoint_files_remove_job(struct checkpoint_files *files, const char *job, struct error *err);

/* Bytes free on the disk below the folder. */
bool checkpoint_files_free_bytes(const struct checkpoint_files *files, uint64_t *out_bytes,
                                 struct error *err);

#endif
