/* server/heartbeat.h -- keeps the claims of running jobs alive.
 *
 * One thread with a connection of its own, which takes no lock that a trainer holds for long.  A claim that
 * turns out to be lost stops its job. */
#ifndef SERVER_HEARTBEAT_H
#define SERVER_HEARTBEAT_H

#include "server/executor.h"

struct heartbeat;

struct heartbeat_options {
    const struct db_options *database;
    struct executor *executor;
    int64_t lease_ms;
    unsigned every_ms;
    struct journal *journal;
};

struct heartbeat *heartbeat_start(const struct heartbeat_options *options, struct error *err);
void heartbeat_stop(struct heartbeat *heartbeat); /* accepts NULL */

#endif
