/* api/checkpoint_download.h -- what the downloads of a checkpoint have in common. */
#ifndef API_CHECKPOINT_DOWNLOAD_H
#define API_CHECKPOINT_DOWNLOAD_H

#include "api/endpoint.h"
#include "server/store/checkpoints.h"

/* Finds the row that the path names and opens its file; -1 with the reply filled in, also when the file has
 * not the size it was stored with. */
int checkpoint_download_open(struct request *request, struct reply *reply, struct db *db,
                             struct checkpoint_row *out);

/* Fills the reply with `bytes` of the file from `offset` on, whose digest is `sha256`.  `suffix` ends the
 * name under which clients keep it: "digits-best.tar" + suffix.  The reply owns the file. */
void checkpoint_download_reply(struct request *request, struct reply *reply, struct db *db,
                               const struct checkpoint_row *row, const char *sha256, int file,
                               uint64_t offset, uint64_t bytes, const char *suffix);

#endif
