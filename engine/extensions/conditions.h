/* engine/extensions/conditions.h -- when an extension acts: a callback, and a predicate on the log.
 *
 * Predicates are evaluated one by one, each behind the act of the one before. */
#ifndef ENGINE_EXTENSIONS_CONDITIONS_H
#define ENGINE_EXTENSIONS_CONDITIONS_H

#include "engine/base/value.h"
#include "engine/script/function.h"
#include "engine/training/callback.h"
#include "engine/training/log.h"

enum predicate_kind {
    PREDICATE_ALWAYS,
    PREDICATE_FIRST_EPOCH, /* no epoch has been done */
    PREDICATE_EVERY,       /* counter modulo number is 0 */
    PREDICATE_EQUAL,       /* counter is number */
    PREDICATE_RECORD,      /* the current row has the record, and it is true in Python's sense */
    PREDICATE_STATUS,      /* a status entry is at least number */
    PREDICATE_FUNCTION     /* a Lua function of the log */
};

/* "always_true", "has_done_epochs"; NULL: the kind has no name. */
extern const char *const predicate_names[PREDICATE_FUNCTION + 1];

struct predicate {
    enum predicate_kind kind;
    bool epochs; /* the counter is epochs_done, else iterations_done */
    bool whole;  /* number is `integer`, else `real` */
    int64_t integer;
    double real;
    char *name;                       /* of the record or status entry; owned */
    struct script_function *function; /* owned */
    const struct script_log_port *log_port;
};

struct condition {
    enum callback callback;
    struct predicate predicate;
    struct value *arguments; /* handed to act behind those of the main loop; owned */
    size_t argument_count;
};

enum { CONDITIONS_MAX = 1000 }; /* of one extension */

struct condition_list {
    struct condition *items;
    size_t count, capacity;
};

/* Takes `condition` and what it owns. */
void condition_list_add(struct condition_list *list, struct condition condition);
void condition_list_fini(struct condition_list *list);
unsigned condition_list_callbacks(const struct condition_list *list); /* CALLBACK_BITs */

/* True when a counter has certainly not come to its number: the answer of nearly every condition at nearly
 * every batch. */
static inline bool predicate_is_idle(const struct predicate *predicate, const struct log_counters *counters)
{
    int64_t counter = predicate->epochs ? counters->epochs_done : counters->iterations_done;

    if (!predicate->whole)
        return false;
    return (predicate->kind == PREDICATE_EVERY && counter > 0 && counter < predicate->integer) ||
           (predicate->kind == PREDICATE_EQUAL && counter != predicate->integer);
}

/* Whether the predicate holds now; false with err set when a function failed. */
bool predicate_holds(const struct predicate *predicate, const struct log *log, bool *out, struct error *err);

#endif
