/* engine/bricks/bidirectional.c -- a transition forwards and another backwards in time, side by side.
 *
 * Takes what its prototype takes; each result is (time, batch, 2 dim): forward, backward. */
#include "engine/base/component_report.h"
#include "engine/bricks/bricks.h"
#include "engine/bricks/recurrent.h"

struct bidirectional {
    struct initializable initializable; /* first */
    struct component *prototype;
};

static const struct param params[] = { PARAM(bidirectional, prototype, COMPONENT, .required = true,
                                             .family = &brick_family,
                                             .about = "The transition after which both directions are made."),
                                       INITIALIZABLE_PARAMS, PARAM_END };

static bool bidirectional_build(struct brick *self, struct error_list *errors)
{
    const struct bidirectional *settings = self->settings;

    if (!brick_type_of(settings->prototype)->cell) {
        REPORT_AT(errors, ERROR_INVALID_VALUE, settings->prototype, NULL,
                  "a brick of type %s is no transition", settings->prototype->type->name);
        return error_list_hint(errors, "Choose SimpleRecurrent, LSTM or GatedRecurrent.");
    }
    return brick_add_child(self, settings->prototype, "forward", errors) &&
           brick_add_child(self, settings->prototype, "backward", errors);
}

static void bidirectional_input_names(const struct brick *self, struct brick_names *out)
{
    brick_input_names(self->children[0], out);
}

static bool bidirectional_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                                struct brick_values *results, struct error *err)
{
    const struct recurrent_cell *cell = self->children[0]->type->cell;
    struct brick_values forward, backward;
    struct recurrent_call call;

    if (!recurrent_read_call(cell, inputs, &call, err) ||
        !cell->apply(self->children[0], graph, &call, &forward, err))
        return false;
    call.reverse = true;
    if (!cell->apply(self->children[1], graph, &call, &backward, err))
        return false;
    for (size_t i = 0; i < forward.count; i++) {
        struct node *const both[] = { forward.items[i], backward.items[i] };
        results->items[i] = node_concatenate(graph, both, 2, 2, err);
        if (!results->items[i])
            return false;
    }
    results->count = forward.count;
    return true;
}

const struct brick_type bidirectional_brick_type = {
    .component = { .name = "Bidirectional",
                   .about =
                       "Two transitions, one in each direction of time, with their results side by side.",
                   .params = params,
                   .settings_size = sizeof(struct bidirectional) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = RECURRENT_SEQUENCES_MAX + RECURRENT_STATES_MAX + 1,
    .build = bidirectional_build,
    .apply = bidirectional_apply,
    .input_names = bidirectional_input_names,
};
