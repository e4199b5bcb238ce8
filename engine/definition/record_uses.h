/* engine/definition/record_uses.h -- which extension reads or writes which record, and when.
 *
 * Asked of the types, of conditions and of the functions of users; nothing is run. */
#ifndef ENGINE_DEFINITION_RECORD_USES_H
#define ENGINE_DEFINITION_RECORD_USES_H

#include "engine/base/arena.h"
#include "engine/definition/schedule.h"

/* One extension reads or writes one record, at these callbacks. */
struct record_use {
    const char *record;
    size_t place;       /* in schedule->acting */
    unsigned callbacks; /* CALLBACK_BITs */
    bool written;
    bool by_function; /* of a user: it may look at different records at different callbacks */
};

struct record_uses {
    const struct schedule *schedule; /* borrowed */
    struct record_use *items;        /* in the order in which the extensions act */
    size_t count;
    bool others; /* there may be writers that are not known: a loaded log, names that a function puts together
                  */
    struct arena names;
};

void record_uses_collect(struct record_uses *uses, const struct schedule *schedule);
void record_uses_fini(struct record_uses *uses);

#endif
