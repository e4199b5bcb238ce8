/* server/dataset_import.h -- reads HDF5 uploads in a process of their own.
 *
 * libhdf5 trusts the files that it opens: damaged ones make it write where it should not.  So the service
 * never calls it: a child without descriptors, environment and much memory does, and what it hands back is
 * checked like any other upload. */
#ifndef SERVER_DATASET_IMPORT_H
#define SERVER_DATASET_IMPORT_H

#include "engine/data/dataset.h"

/* Runs `program import` on `bytes`; files without a name are made in `folder`.  Blocks until it is done.
 * Thread-safe. */
bool dataset_import(const char *program, const char *folder, const void *bytes, size_t length,
                    struct dataset **out, struct error *err);

/* What that child does: HDF5 from descriptor 0, sources to descriptor 1.  The exit status. */
int dataset_import_command(int count, char *const *arguments);

#endif
