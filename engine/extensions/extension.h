/* engine/extensions/extension.h -- what an extension is, and one of a job.
 *
 * The type is a constant: name, settings, default triggers, which records it writes and reads, its state, and
 * functions.  The instance is settings plus state; the state is part of every checkpoint.
 *
 * An extension with triggers (Blocks' SimpleExtension) has `act`, which runs once for every condition that
 * holds, in the order in which the conditions were added.  One without (Blocks' TrainingExtension) fills
 * `on`. */
#ifndef ENGINE_EXTENSIONS_EXTENSION_H
#define ENGINE_EXTENSIONS_EXTENSION_H

#include "engine/base/param.h"
#include "engine/base/value.h"
#include "engine/extensions/triggers.h"
#include "engine/training/main_loop.h"

struct extension;
struct extension_context;
struct extension_type;
struct monitoring; /* monitoring.h */

/* One call of act: the callback, what the main loop passes, and the arguments of the condition that held. */
struct call {
    const struct event *event;
    const struct value *arguments;
    size_t argument_count;
};

typedef bool extension_act_fn(struct extension *self, const struct call *call, struct error *err);
typedef bool extension_on_fn(struct extension *self, const struct event *event, struct error *err);

/* A record of the log that an extension writes, else reads. */
typedef void extension_name_fn(void *context, const char *record, bool written);

/* A field of the state struct, saved in checkpoints. */
enum state_kind { STATE_NONE, STATE_BOOLEAN, STATE_INTEGER, STATE_REAL, STATE_VALUE };
struct state_field {
    const char *name;
    enum state_kind kind; /* bool, int64_t, double, struct value */
    size_t offset;
};
#define STATE(struct_name, field, kind_name)                                                                 \
    {                                                                                                        \
        .name = #field, .kind = STATE_##kind_name, .offset = offsetof(struct struct_name, field)             \
    }
#define STATE_END                                                                                            \
    {                                                                                                        \
        .kind = STATE_NONE                                                                                   \
    }

struct extension_type {
    struct component_type component;
    const struct trigger_setting *triggers; /* defaults; ends in TRIGGERS_END; NULL: none */
    bool takes_triggers;
    bool needs_profile;
    bool composite; /* has children, and so something to do at every callback */
    /* Records and status entries that it writes and reads, for people: "{record_name}_best_so_far" where
     * {record_name} is a setting.  Each ends in NULL; NULL: none.  What an instance writes is said by
     * `names`. */
    const char *const *records_written, *const *records_read, *const *status_written;
    /* Calls `each` for every record that this instance writes or reads; NULL: as in the lists above, as they
     * stand. */
    void (*names)(const struct extension *self, extension_name_fn *each, void *context);
    /* The same for what it does at one callback; NULL: there is no difference. */
    void (*names_at)(const struct extension *self, enum callback callback, extension_name_fn *each,
                     void *context);
    size_t state_size;
    const struct state_field *state; /* ends in STATE_END; NULL: none */
    /* All of these may be NULL.  init checks what the table cannot express and resolves names; fini accepts
     * what init left behind when it failed. */
    bool (*init)(struct extension *self, const struct extension_context *context, struct error_list *errors);
    /* When all extensions of the job are built: refers to others of them. */
    bool (*link)(struct extension *self, const struct extension_context *context, struct error_list *errors);
    void (*fini)(struct extension *self);
    /* At the beginning of every run, when it has been given the main loop. */
    bool (*attach)(struct extension *self, struct error *err);
    extension_act_fn *act;
    extension_on_fn *on[CALLBACK_COUNT];
    /* Of an initialized one: CALLBACK_BITs of `on` that concern this instance; NULL: all of them. */
    unsigned (*callbacks)(const struct extension *self);
    /* A condition on which it does nothing that shows: it only gathers, or has nothing to do itself.  NULL:
     * there are none. */
    bool (*silent)(const struct extension *self, const struct condition *condition);
    /* What it evaluates: with the training step, else by itself.  NULL: nothing. */
    const struct monitoring *(*monitoring)(const struct extension *self, bool *out_training);
    bool scripted; /* functions of its user can write any record */
    /* State beyond the table: one JSON value, kept under "more". */
    bool (*save)(const struct extension *self, struct text *out_json, struct error *err);
    bool (*load)(struct extension *self, const struct cJSON *saved, struct error *err);
};

struct extension {
    struct training_extension base;
    const struct extension_type *type;
    const struct component *component; /* borrowed */
    const void *settings;              /* component->settings */
    void *state;                       /* of type->state_size, zeroed */
    struct condition_list conditions;
    bool judging; /* a predicate is being evaluated: the conditions have to stay as they are */
    /* Sub-extensions, in order; the first owned_child_count are owned, the others belong to somebody else. */
    struct extension **children;
    size_t child_count, owned_child_count;
    bool children_first; /* they run before the extension itself */
};

/* A number of the running job that can be read and set between batches. */
struct live_number {
    double *number;              /* a hyper-parameter; or */
    const struct tensor *tensor; /* a shared variable of one element */
};

double live_number_get(const struct live_number *live);
void live_number_set(const struct live_number *live, double number);

/* What a job provides to its extensions, while they are built and as long as they live.  Functions are false
 * or NULL with err set. */
struct extension_context {
    void *context;
    struct script *script;                              /* Lua functions; NULL: there are none */
    const struct script_log_port *log_port;             /* the log, as functions see it */
    const struct script_main_loop_port *main_loop_port; /* self.main_loop; NULL: there is none */
    struct data_stream *(*stream)(void *context, const char *name, struct error *err);
    /* "algorithm.step_rule.learning_rate", "shared.NAME"; asked again at the beginning of each run. */
    bool (*live)(void *context, const char *path, struct live_number *out, struct error *err);
    /* The node of a variable: a name of the section `variables`, an expression,
     * "algorithm.total_gradient_norm". `training`: of the training graph, else of the evaluation graph. */
    struct node *(*variable)(void *context, const char *expression, bool training, struct error *err);
    struct graph *(*graph)(void *context, bool training);
    /* An extension of the main loop's list by its name; only while extensions are linked. */
    struct extension *(*extension)(void *context, const char *name, struct error *err);
    /* Binds and builds an extension that is written inside another one. */
    struct extension *(*build)(void *context, const struct cJSON *json, const char *pointer,
                               struct error_list *errors);
};

/* The members that every extension has besides its own.  Triggers and conditions are read from the object
 * itself, because their order counts. */
struct extension_common {
    const char *name;
    const struct cJSON *triggers[TRIGGER_COUNT];
    const struct cJSON *conditions;
};
extern const struct param extension_common_params[];

/* Builds one from its bound settings.  NULL with everything that is wrong added to `errors`. */
struct extension *extension_new(const struct component *component, const struct extension_context *context,
                                struct error_list *errors);
/* When all are built: lets it, and what it contains, refer to other extensions. */
bool extension_link(struct extension *extension, const struct extension_context *context,
                    struct error_list *errors);
void extension_free(struct extension *extension); /* accepts NULL */

static inline struct training_extension *extension_base(struct extension *extension)
{
    return &extension->base;
}

static inline struct log *extension_log(const struct extension *self)
{
    return self->base.main_loop->parts.log;
}

/* Adds a condition later on (Blocks' add_condition); takes what it owns. */
void extension_add_condition(struct extension *extension, struct condition condition);
/* Forgets all conditions and has these from now on, which it takes. */
void extension_set_conditions(struct extension *extension, struct condition_list conditions);

/* Appends a child that is owned from now on, behind the owned ones and before the others. */
void extension_own_child(struct extension *extension, struct extension *child);
/* Appends a child that belongs to somebody else. */
void extension_add_child(struct extension *extension, struct extension *child);

/* Every record that the extension writes or reads, as far as it is known before it runs. */
void extension_each_name(const struct extension *extension, extension_name_fn *each, void *context);
/* Without its predicates, and without what it contains. */
void extension_each_own_name(const struct extension *extension, extension_name_fn *each, void *context);

/* Everything the extension does at this moment; also used by a composite for its children. */
bool extension_dispatch(struct extension *extension, const struct event *event, struct error *err);

#endif
