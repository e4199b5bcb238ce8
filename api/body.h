/* api/body.h -- collects the body of a request, in memory or in a file, never more than its route allows. */
#ifndef API_BODY_H
#define API_BODY_H

#include "engine/base/error.h"
#include "engine/base/text.h"

struct body {
    uint64_t bytes_max;
    uint64_t bytes; /* received so far, also when they were thrown away */
    struct text memory;
    int file;           /* without a name, so that nothing is left of it after a crash; -1: in memory */
    char path[32];      /* by which this process can open it */
    bool too_large;     /* more than bytes_max arrived */
    struct error error; /* writing failed; code ERROR_NONE while all is well */
};

void body_init(struct body *body, uint64_t bytes_max);
/* From here on the body goes to a new file on the disk of `folder`, readable by the owner only. */
bool body_to_file(struct body *body, const char *folder, struct error *err);

/* What is too much, or cannot be written, is swallowed, so that a client that sends first and reads
 * afterwards gets to read the reply.  False when that too has gone on for too long: cut the connection. */
bool body_add(struct body *body, const char *bytes, size_t length);

/* The file stays until body_fini. */
bool body_end(struct body *body, struct error *err);
void body_fini(struct body *body);

#endif
