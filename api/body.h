/* api/body.h -- collects the body of a request, in memory or in a file, never more than its route allows. */
#ifndef API_BODY_H
#define API_BODY_H

#include <limits.h>

#include "engine/base/error.h"
#include "engine/base/text.h"

struct body {
    uint64_t bytes_max;
    uint64_t bytes; /* received so far, also when they were thrown away */
    struct text memory;
    int file; /* -1: in memory */
    char path[PATH_MAX];
    bool too_large;     /* more than bytes_max arrived */
    struct error error; /* writing failed; code ERROR_NONE while all is well */
};

/* The prefix of temporary files, so that what a crash left behind is known. */
#define BODY_FILE_PREFIX "upload-"

void body_init(struct body *body, uint64_t bytes_max);
/* From here on the body goes to a new file in `folder`, readable by the owner only. */
bool body_to_file(struct body *body, const char *folder, struct error *err);

/* What is too much, or cannot be written, is swallowed, so that a client that sends first and reads
 * afterwards gets to read the reply.  False when that too has gone on for too long: cut the connection. */
bool body_add(struct body *body, const char *bytes, size_t length);

/* Closes the file; it stays until body_fini. */
bool body_end(struct body *body, struct error *err);
/* Removes the file, unless somebody renamed it. */
void body_fini(struct body *body);

/* Removes the temporary files that an earlier process left in `folder`. */
void body_remove_leftovers(const char *folder);

#endif
