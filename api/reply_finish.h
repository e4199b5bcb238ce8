/* api/reply_finish.h -- what every reply gets behind its handler: conditions, ranges, common headers. */
#ifndef API_REPLY_FINISH_H
#define API_REPLY_FINISH_H

#include "api/request.h"

/* Answers 304, 412, 206 or 416 where the request's headers ask for it, packs what is longer than 1 KiB for
 * those who accept gzip, and adds the headers that all replies share. */
void reply_finish(const struct request *request, struct reply *reply);

#endif
