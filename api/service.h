/* api/service.h -- what endpoints may use.  Everything is borrowed, constant, and safe to use from any
 * thread. */
#ifndef API_SERVICE_H
#define API_SERVICE_H

#include "server/checkpoint_files.h"
#include "server/datasets.h"
#include "server/log_feed.h"
#include "server/store/db_pool.h"

struct service {
    struct db_pool *pool;
    struct datasets *datasets;
    struct checkpoint_files *checkpoints;
    struct log_feed *feed; /* told when a request changes a job; NULL: nobody listens */
};

#endif
