/* engine/training/gradient_descent_internal.h -- what the files of gradient descent share; for nobody else.
 */
#ifndef ENGINE_TRAINING_GRADIENT_DESCENT_INTERNAL_H
#define ENGINE_TRAINING_GRADIENT_DESCENT_INTERNAL_H

#include "engine/graph/function.h"
#include "engine/rules/step_rule.h"
#include "engine/training/gradient_descent.h"

/* Where an observer's values come from. */
struct observation {
    const struct batch_observer *observer;
    const struct tensor **values;
};

struct gradient_descent {
    struct algorithm algorithm;
    struct gradient_descent_options options;
    char **sources; /* own copies of options.sources */

    size_t count; /* of parameters, in the order of the store */
    struct variable **variables;
    struct node **gradients;
    struct tensor *steps;     /* slices of the steps, as the step nodes see them */
    struct node **step_nodes; /* made on demand */

    struct component default_rule;
    struct step_layout layout;
    struct step_parameter *layout_parameters;
    struct step_rule *rule; /* NULL until its state is needed */
    double placeholder;     /* stands for a live number before that */

    struct observation *observations;
    size_t observation_count;

    /* Made by initialize. */
    struct function *train; /* gradients first, then what is observed of the batch */
    struct function *look;  /* what is observed of the steps; NULL: nothing */
    void *kept_steps;       /* a flat vector of their own for it */
    bool moves_at_once;     /* `train` hands gradients to the rule as soon as they are made */
};

static inline struct gradient_descent *gradient_descent_of(struct algorithm *algorithm)
{
    return (struct gradient_descent *)algorithm;
}

/* Makes the rule, once the memory is laid out. */
bool gradient_descent_make_rule(struct gradient_descent *self, struct error *err);
bool gradient_descent_initialize(struct algorithm *algorithm, struct error *err);
bool gradient_descent_process_batch(struct algorithm *algorithm, const struct batch *batch,
                                    struct error *err);
/* Whether a value can only be known when the steps are. */
bool gradient_descent_looks_at_steps(const struct gradient_descent *self, const struct node *node);

#endif
