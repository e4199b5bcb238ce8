/* engine/base/param.h -- parameter tables: what a component, an endpoint or the server can be told.
 *
 * A table is a constant array that ends in PARAM_END.  The same lines give the struct that is filled,
 * the checks with their messages (engine/definition/bind.h for JSON, param_text.h for query strings,
 * flags and environment), JSON Schema, the catalogue and the reference pages.
 *
 * A settings struct is zeroed before binding.  Everything bound lives in the arena of the binder. */
#ifndef ENGINE_BASE_PARAM_H
#define ENGINE_BASE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON; /* only passed through here */

enum param_kind {
    PARAM_NONE,             /* ends a table */
    PARAM_BOOLEAN,          /* bool */
    PARAM_OPTIONAL_BOOLEAN, /* enum optional_boolean; absent without a preset: BOOLEAN_ABSENT */
    PARAM_INTEGER,          /* int64_t; absent without a preset: INTEGER_ABSENT */
    PARAM_REAL,             /* double; absent without a preset: NaN */
    PARAM_TEXT,             /* const char *; absent: NULL */
    PARAM_CHOICE,           /* int: index into choices; absent without a preset: -1 */
    PARAM_FUNCTION,         /* const char *: source of one Lua function; absent: NULL */
    PARAM_INTEGERS,         /* struct integer_list */
    PARAM_REALS,            /* struct real_list */
    PARAM_TEXTS,            /* struct text_list */
    PARAM_COMPONENT,        /* struct component *: an object with "type", of `family`; absent: NULL */
    PARAM_COMPONENTS,       /* struct component_list */
    PARAM_OBJECT,           /* void *: a struct of members_size bytes, filled by `members`; absent: NULL */
    PARAM_JSON,             /* const struct cJSON *: checked by its owner; absent: NULL */
};

#define INTEGER_ABSENT INT64_MIN

/* For those whom it matters that nothing was said: what a parent pushes to its children only if given. */
enum optional_boolean { BOOLEAN_ABSENT = -1, BOOLEAN_FALSE, BOOLEAN_TRUE };

/* `given`: by the document or by a preset. */
struct integer_list {
    int64_t *items;
    size_t count;
    bool given;
};
struct real_list {
    double *items;
    size_t count;
    bool given;
};
struct text_list {
    const char **items;
    size_t count;
    bool given;
};

struct param {
    const char *name;
    enum param_kind kind;
    size_t offset; /* of the field in the settings struct */
    bool required;
    bool nullable;               /* JSON null is accepted and means absent, also where there is a preset */
    bool null_is_preset;         /* besides nullable: null means the preset, as None does in Blocks */
    bool positive;               /* numbers must be > 0 */
    const char *preset;          /* default as JSON text: "0.01", "\"min\"", "[1, 1]"; NULL: none */
    double min, max;             /* inclusive; both 0: no bound; max below min: no upper bound */
    size_t count_min, count_max; /* of lists; count_max 0: no bound */
    bool bare;                   /* of lists of numbers and texts: a single value stands for a list of one */
    bool null_items;             /* of component lists: JSON null is accepted as an item, which is NULL; of
                                    lists of integers that are nullable: nothing but nulls is like null */
    const char *const *choices;  /* ends in NULL */
    const struct family *family;
    const struct param *members; /* of objects */
    size_t members_size;
    const char *accepts; /* of JSON: what it may be, for people: "true or false"; NULL: "JSON" */
    const char *schema;  /* of JSON: an object with the members of its JSON Schema; NULL: anything */
    bool live;           /* a hyper-parameter that a running job can change */
    const char *unit;    /* "s", "bytes"; NULL: none */
    const char *about;   /* one sentence for people */
    bool (*check)(const void *settings_field, char *message,
                  size_t message_bytes); /* extra check of the bound field; NULL: none */
};

#define PARAM(struct_name, field, kind_name, ...)                                                            \
    {                                                                                                        \
        .name = #field, .kind = PARAM_##kind_name, .offset = offsetof(struct struct_name, field),            \
        __VA_ARGS__                                                                                          \
    }
#define PARAM_END                                                                                            \
    {                                                                                                        \
        .kind = PARAM_NONE                                                                                   \
    }

/* What can be named by "type" in a document.  Every concrete type constant (an extension, a brick, a
 * step rule ...) has this as its first member, called `component`. */
struct component_type {
    const char *name;           /* as written in a job definition: "TrackTheBest" */
    const char *about;          /* one sentence, shown by the catalogue */
    const struct param *params; /* NULL: none */
    size_t settings_size;
};

/* The visible list of all components of one kind. */
struct family {
    const char *name;                          /* "step rule": as errors call it */
    const char *plural;                        /* "step_rules": its place in the catalogue */
    const struct component_type *const *types; /* ends in NULL */
    bool text_shorthand;                       /* "Tanh" stands for {"type": "Tanh"} */
    const struct param *common; /* members every component of the family has besides its own; NULL: none */
    size_t common_size;         /* of their struct */
};

/* One component as bound from a document.  Lives in the binder's arena. */
struct component {
    const struct component_type *type;
    void *settings;      /* of type->settings_size */
    void *common;        /* of family->common_size */
    const char *pointer; /* where it stands in the document; of a preset: the object that leaves it out */
    const struct cJSON *json; /* the object itself */
};
struct component_list {
    struct component **items;
    size_t count;
    bool given;
};

const struct component_type *family_find(const struct family *family, const char *name); /* NULL: none */
const struct param *param_find(const struct param *params, const char *name);            /* NULL: none */
size_t param_count(const struct param *params);
/* Puts the field of `param` into its absent state, as listed with enum param_kind. */
void param_set_absent(const struct param *param, void *settings);

#endif
