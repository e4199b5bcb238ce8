/* api/keeper.h -- the thread that ends what has taken too long: waits for news, and slow clients. */
#ifndef API_KEEPER_H
#define API_KEEPER_H

#include "api/connections.h"
#include "api/waiters.h"
#include "engine/base/error.h"

struct keeper;

/* Both are borrowed until keeper_stop.  NULL with `err` set when there is no thread to be had. */
struct keeper *keeper_start(struct waiters *waiters, struct connections *connections, struct error *err);
/* Joins the thread.  Accepts NULL. */
void keeper_stop(struct keeper *keeper);

#endif
