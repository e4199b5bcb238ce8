/* engine/extensions/condition_reader.h -- one condition while it is read; private to the
 * reading of conditions. */
#ifndef ENGINE_EXTENSIONS_CONDITION_READER_H
#define ENGINE_EXTENSIONS_CONDITION_READER_H

#include "engine/extensions/conditions_read.h"

/* Where we are: everything that the functions of reading need. */
struct condition_reader {
    const struct component *component;
    const struct extension_context *context;
    struct condition_list *out;
    struct error_list *errors;
    size_t index;                    /* of the condition */
    bool saved;                      /* from a function or a checkpoint, not from the definition */
    const struct script_table *self; /* of saved ones; may be NULL */
};

enum { CONDITION_PLACE_BYTES = 160 };

/* Where `member` of the condition stands, below the extension: "conditions/2/callbacks/0".  NULL: the
 * condition itself.  Returns `out`, or what stands for any place when the condition is a saved one. */
const char *condition_place(const struct condition_reader *reader, const char *member,
                            char out[CONDITION_PLACE_BYTES]);

/* Always false. */
bool condition_report(const struct condition_reader *reader, enum error_code code, const char *member,
                      const char *message);

/* Reports every member of `object` that is none of `names`; `prefix` is where the object stands. */
bool condition_members_are(const struct condition_reader *reader, const struct cJSON *object,
                           const char *prefix, const char *const *names, size_t count);

/* The member `predicate`; NULL or null is always.  On failure too the caller frees what `out` holds. */
bool predicate_read(const struct condition_reader *reader, const struct cJSON *json, struct predicate *out);

#endif
