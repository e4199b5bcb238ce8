/* api/checkpoint_download.h -- what the downloads of a checkpoint have in common. */
#ifndef API_CHECKPOINT_DOWNLOAD_H
#define API_CHECKPOINT_DOWNLOAD_H

#include "api/endpoint.h"
#include "engine/checkpoint/sha256.h"
#include "server/store/checkpoints.h"

/* What a client gets: a part of a checkpoint's file, or all of it. */
struct checkpoint_download {
    struct checkpoint_row row;
    int file; /* descriptor */
    uint64_t offset, bytes;
    char sha256[SHA256_TEXT_BYTES]; /* of the part */
    const char *suffix; /* ends the name under which clients keep it: "digits-best.tar" + suffix */
};

/* Finds the row that the path names and opens its file, all of which is to be given.  False with the reply
 * filled in, also when the file has not the size it was stored with. */
bool checkpoint_download_open(struct request *request, struct reply *reply, struct db *db,
                              struct checkpoint_download *out);

/* Fills the reply, which owns the file from here on. */
void checkpoint_download_reply(struct request *request, struct reply *reply, struct db *db,
                               const struct checkpoint_download *download);

#endif
