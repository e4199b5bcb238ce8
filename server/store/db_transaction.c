/* server/store/db_transaction.c -- the one place that begins, commits, rolls back and repeats. */
#include "server/store/db.h"

#include <time.h>

#include "engine/base/clock.h"

enum { REPEATS_MAX = 8, PAUSE_MS_MIN = 5, PAUSE_MS_MAX = 200 };

/* Longer with every try, up to PAUSE_MS_MAX, and never quite the same for two who collided. */
static void pause_before(int repeat)
{
    const long longest_ms = PAUSE_MS_MIN << repeat < PAUSE_MS_MAX ? PAUSE_MS_MIN << repeat : PAUSE_MS_MAX;
    const struct timespec pause = clock_timespec(clock_jittered_ms(PAUSE_MS_MIN, longest_ms) * 1000);

    nanosleep(&pause, NULL);
}

/* One try.  out_repeat: nothing was committed, and the same may work at once. */
static enum store_result try_once(struct db *db, db_transaction_fn *run, void *context, bool *out_repeat,
                                  struct error *err)
{
    enum store_result result = db_begin(db, err);

    *out_repeat = false;
    if (result == STORE_OK) {
        result = run(db, context, err);
        if (result == STORE_OK) {
            result = db_commit(db, err);
            *out_repeat = result == STORE_UNAVAILABLE && db_failed_softly(db) && db_descriptor(db) >= 0;
            return result;
        }
        *out_repeat = result == STORE_UNAVAILABLE && db_failed_softly(db);
        db_rollback(db);
        return result;
    }
    *out_repeat = result == STORE_UNAVAILABLE && db_failed_softly(db);
    return result;
}

enum store_result db_transaction(struct db *db, db_transaction_fn *run, void *context, struct error *err)
{
    enum store_result result;
    bool repeat;

    if (db_in_transaction(db))
        return run(db, context, err);
    for (int tries = 0;; tries++) {
        result = try_once(db, run, context, &repeat, err);
        if (!repeat || tries == REPEATS_MAX)
            return result;
        pause_before(tries);
    }
}
