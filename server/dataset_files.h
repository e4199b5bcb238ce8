/* server/dataset_files.h -- the folder with the files of all stored datasets.
 *
 * One folder each (engine/data/dataset_folder.h), written under a temporary name, synced and renamed; from
 * then on it is only read and removed.  Any thread. */
#ifndef SERVER_DATASET_FILES_H
#define SERVER_DATASET_FILES_H

#include "engine/checkpoint/sha256.h"
#include "engine/data/dataset.h"

/* Writes `root`/`name` durably.  On failure nothing of it is left. */
bool dataset_files_write(const char *root, const char *name, const struct dataset *dataset,
                         struct error *err);

/* A new reference; files are mapped read-only.  ERROR_NOT_FOUND when there is no such folder. */
struct dataset *dataset_files_open(const char *root, const char *name, struct error *err);

/* Whoever has it open keeps it.  A folder that is not there is no error. */
bool dataset_files_remove(const char *root, const char *name, struct error *err);

/* Whether a row names the folder `name`. */
typedef bool dataset_files_named_fn(void *context, const char *name);

/* Removes what earlier processes left behind: folders half written, and finished ones that no row names
 * because the process ended in between.  Those changed less than `age_s_min` seconds ago stay: another server
 * may be writing them.  Gives back how many were removed. */
size_t dataset_files_collect(const char *root, int64_t age_s_min, dataset_files_named_fn *named,
                             void *context);

/* SHA-256 over the sources in order of their names: name, a NUL, and the .npy file that holds the source. */
void dataset_digest(const struct dataset *dataset, char out[SHA256_TEXT_BYTES]);

#endif
