/* engine/rules/step_rule.h -- what turns gradients into steps.
 *
 * All trained parameters lie one behind the other in flat vectors of the job's dtype: their values, and
 * their steps, which hold the gradients before a rule is applied.  A rule works in place on the steps; a
 * parameter then moves by new = old - step.  The formulas are those of Blocks' step rules.
 *
 * The type is a constant, the instance is a copy of the bound settings plus state.  State vectors have
 * the layout of the parameters and start at zero.  Live hyper-parameters are plain doubles in the settings
 * that may change between batches.  A rule that contains others (CompositeRule, Restrict) only arranges
 * them: what runs is the list of its leaves, block by block, so that a chain of rules and the update are
 * one pass over memory.
 *
 * One thread uses an instance, but for pieces (see step_rule_begin).  Given a team, a rule over many
 * parameters lets its members apply the leaves, each to blocks of its own: the bits are those of one thread.
 * begin and reduce run on the caller alone. */
#ifndef ENGINE_RULES_STEP_RULE_H
#define ENGINE_RULES_STEP_RULE_H

#include "engine/base/error.h"
#include "engine/base/param.h"
#include "engine/tensor/team.h"
#include "engine/tensor/tensor.h"

/* A trained parameter and its place in the flat vectors. */
struct step_parameter {
    const char *path; /* "/mlp/linear_0.W" */
    struct shape shape;
    int64_t offset; /* in elements; ascending, without overlap */
    int64_t count;  /* elements */
};

/* Gaps between parameters are allowed.  Those shorter than a cache line are padding: a rule may work on
 * them, which keeps zeros zero for usual hyper-parameters.  Longer ones (parameters that are not trained)
 * are never touched. */
struct step_layout {
    enum dtype dtype; /* float32 or float64 */
    const struct step_parameter *parameters;
    size_t parameter_count;
};

struct step_rule;
struct step_kernels;

enum { STEP_RULE_STATES_MAX = 2 };

/* Elements begin .. end - 1 of the flat vectors; of one parameter if any leaf is per_parameter. */
struct step_span {
    size_t parameter; /* the (first) parameter it belongs to */
    int64_t begin, end;
};

struct step_vectors {
    void *steps;         /* gradients in, steps out; from element `steps_begin` of the flat vector on */
    void *parameters;    /* only read, except by apply_and_update */
    int64_t steps_begin; /* 0 but in step_rule_update_span, of rules without reduce */
    double *squares; /* apply_and_update adds the sum of the squares of the steps; NULL: nobody wants it */
};

/* A number that belongs to the state, such as Adam's time; a field of the settings that no table names. */
struct step_scalar {
    const char *name; /* NULL ends a list */
    size_t offset;    /* of a double */
};

/* What a step rule is.  One constant per rule, at the end of its .c file.  NULL functions are skipped. */
struct step_rule_type {
    struct component_type component;
    const char *states[STEP_RULE_STATES_MAX + 1]; /* names of the state vectors; ends in NULL */
    const struct step_scalar *scalars;            /* NULL: none */
    bool per_parameter;                           /* spans must not cross parameters */
    /* Rules inside this one; a rule that has this arranges others and has none of the functions below except
     * check. */
    const struct component *(*inner)(const void *settings, size_t index); /* NULL behind the last */
    const char *inner_name;                                               /* how paths name it: "step_rule" */
    bool inner_list;                                                      /* "components[1]" */
    /* Those of `members` (one per parameter) on which the inner rules act; clears the others. */
    void (*restrict_members)(const void *settings, const struct step_layout *layout, bool *members);
    /* Reports what a table cannot express. */
    bool (*check)(const struct component *rule, const struct step_layout *layout, const bool *members,
                  struct error_list *errors);
    /* Bytes of `work`, which begins as zeros; NULL: none. */
    int64_t (*work_bytes)(const void *settings, const struct step_layout *layout);
    void (*begin)(struct step_rule *rule);  /* once a batch, before anything else */
    void (*cancel)(struct step_rule *rule); /* takes the last begin back */
    /* Looks at the steps of all members before any is changed. */
    void (*reduce)(struct step_rule *rule, const struct step_vectors *vectors);
    void (*apply)(struct step_rule *rule, const struct step_vectors *vectors, struct step_span span);
    /* apply followed by parameters -= steps, without keeping the steps; NULL: done in two. */
    void (*apply_and_update)(struct step_rule *rule, const struct step_vectors *vectors,
                             struct step_span span);
};

/* One leaf or arrangement of a running job. */
struct step_rule {
    const struct step_rule_type *type;
    const struct component *component;
    const struct step_layout *layout;
    const struct step_kernels *kernels;
    void *settings;                     /* own copy: live hyper-parameters and scalars change */
    bool *members;                      /* one per parameter: whether the rule acts on it */
    bool restricted;                    /* some member is false */
    void *states[STEP_RULE_STATES_MAX]; /* elements state_begin .. state_end - 1 of flat vectors */
    int64_t state_begin, state_end;     /* from the first member to the last */
    void *work;                         /* of the type: what reduce found */
    struct step_rule **inner;           /* owned */
    size_t inner_count;
    struct step_rule **leaves; /* of a root: in order of application */
    size_t leaf_count;
    struct step_span *spans; /* of a root */
    size_t span_count;
    struct team *team; /* of a root; NULL: the caller alone */
};

extern const struct family step_rule_family;

/* Checks what the tables could not: axes against shapes, names of parameters.  Offsets are not looked at. */
bool step_rule_check(const struct component *rule, const struct step_layout *layout,
                     struct error_list *errors);

/* Bytes that step_rule_new is going to allocate for states. */
int64_t step_rule_state_bytes(const struct component *rule, const struct step_layout *layout);

/* An instance of a rule that passed step_rule_check.  Keeps pointers to `rule` and `layout`.  NULL with
 * ERROR_MEMORY. */
struct step_rule *step_rule_new(const struct component *rule, const struct step_layout *layout,
                                struct error *err);
void step_rule_free(struct step_rule *rule); /* accepts NULL */

/* From now on.  Borrowed; NULL: the caller alone.  A rule with little to do takes no notice. */
void step_rule_use_team(struct step_rule *rule, struct team *team);

/* Turns gradients into steps; parameters are only read.  Follow with step_update. */
void step_rule_apply(struct step_rule *rule, void *steps, const void *parameters);
/* parameters -= steps */
void step_update(const struct step_layout *layout, const void *steps, void *parameters);
/* Both in one pass.  What is left in `steps` is unspecified. */
void step_rule_apply_and_update(struct step_rule *rule, void *steps, void *parameters);

/* The same piece by piece, as gradients become known, for rules that look at nothing but the element that
 * they change.  First step_rule_begin, on one thread; then, once for every element, step_rule_update_span,
 * also by several threads at once: `steps` holds the gradients of the span, which lies in one parameter;
 * the sum of their squares is added to *squares unless that is NULL, in an order that depends on the span.
 * step_rule_cancel, on one thread, takes back a begin that no piece has followed. */
bool step_rule_is_elementwise(const struct step_rule *rule);
void step_rule_begin(struct step_rule *rule);
void step_rule_cancel(struct step_rule *rule);
void step_rule_update_span(struct step_rule *rule, void *steps, void *parameters, struct step_span span,
                           double *squares);

/* L2 norm over all parameters together: of gradients before a rule, of steps after it. */
double step_norm(const struct step_layout *layout, const void *steps);

/* The live hyper-parameter at `path`: "learning_rate", "components[1].threshold", "step_rule.momentum".
 * NULL when there is none.  Valid as long as the rule; to be written between batches only. */
double *step_rule_live(struct step_rule *rule, const char *path);
/* The same question about a bound document. */
bool step_rule_has_live(const struct component *rule, const char *path);

/* Everything a bit-identical continuation needs, as tensors to be read or overwritten in place: live
 * hyper-parameters and scalars ("learning_rate", "components[1].time": rank 0, float64) and the states of
 * each member parameter ("velocity|mlp|linear_0.W": shape of the parameter).  Stops at the first false. */
typedef bool step_state_fn(void *context, const char *name, const struct tensor *tensor, struct error *err);
bool step_rule_each_state(struct step_rule *rule, step_state_fn *each, void *context, struct error *err);

#endif
