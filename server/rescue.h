/* server/rescue.h -- takes jobs from workers that died.
 *
 * A job is rescued only when its lease has passed by the database's clock and its heartbeat was seen
 * unchanged over one whole lease of our own monotonic clock: neither a jump of the one nor a pause of the
 * other rescues a job whose worker lives.  Used by one thread. */
#ifndef SERVER_RESCUE_H
#define SERVER_RESCUE_H

#include "server/journal.h"
#include "server/log_writer.h"

struct rescue;

struct rescue_options {
    int64_t lease_ms;
    bool alone; /* the first sweep takes all jobs of other owners at once: no other server can exist */
    const char *owner;
    struct journal *journal;
    struct log_feed *feed; /* told about every commit */
};

struct rescue *rescue_new(const struct rescue_options *options); /* texts are borrowed */
void rescue_free(struct rescue *rescue);                         /* accepts NULL */

/* Does nothing when the last sweep was less than five seconds ago. */
void rescue_sweep(struct rescue *rescue, struct db *db);

#endif
