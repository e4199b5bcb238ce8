/* engine/bricks/recurrent.c -- what transitions share: see recurrent.h. */
#include "engine/bricks/recurrent.h"

#include "engine/base/component_report.h"
#include "engine/bricks/bricks.h"
#include "engine/bricks/leaky_rectifier.h"

static const struct {
    const struct brick_type *type;
    enum activation_kind kind;
} activations[] = {
    { &identity_brick_type, ACTIVATION_IDENTITY },
    { &tanh_brick_type, ACTIVATION_TANH },
    { &logistic_brick_type, ACTIVATION_LOGISTIC },
    { &rectifier_brick_type, ACTIVATION_RECTIFIER },
    { &softplus_brick_type, ACTIVATION_SOFTPLUS },
    { &leaky_rectifier_brick_type, ACTIVATION_LEAKY_RECTIFIER },
};

static bool find_activation(const struct brick_type *type, const void *settings, struct activation *out)
{
    for (size_t i = 0; i < sizeof activations / sizeof activations[0]; i++) {
        if (activations[i].type != type)
            continue;
        *out = (struct activation){ .kind = activations[i].kind };
        if (out->kind == ACTIVATION_LEAKY_RECTIFIER)
            out->leak = ((const struct leaky_rectifier *)settings)->leak;
        return true;
    }
    return false;
}

static bool add_activation(struct brick *self, const struct component *component, struct error_list *errors)
{
    struct activation unused;

    if (find_activation(brick_type_of(component), component->settings, &unused))
        return brick_add_child(self, component, NULL, errors) != NULL;
    REPORT_AT(errors, ERROR_INVALID_VALUE, component, NULL, "%s cannot be the activation of a transition",
              component->type->name);
    return error_list_hint(errors, "Choose Identity, Tanh, Logistic, Rectifier, Softplus or LeakyRectifier.");
}

bool recurrent_build(struct brick *self, struct error_list *errors)
{
    const struct recurrent *recurrent = self->settings;

    return add_activation(self, recurrent->activation, errors) &&
           (!recurrent->gate_activation || add_activation(self, recurrent->gate_activation, errors));
}

bool recurrent_declare_states(struct brick *self, struct error_list *errors)
{
    const struct recurrent *recurrent = self->settings;
    const struct shape shape = { 1, { recurrent->dim } };

    for (const char *const *name = self->type->cell->parameters; *name; name++)
        if (!brick_add_filled(self, *name, &shape, PARAMETER_INITIAL_STATE, NULL, 0, errors))
            return false;
    return true;
}

size_t recurrent_sequence_count(const struct recurrent_cell *cell)
{
    size_t count = 0;

    while (cell->sequences[count].name)
        count++;
    return count;
}

size_t recurrent_state_count(const struct recurrent_cell *cell)
{
    size_t count = 0;

    while (cell->states[count])
        count++;
    return count;
}

static void add_name(struct brick_names *names, const char *name)
{
    names->items[names->count++] = name;
}

void recurrent_input_names(const struct brick *self, struct brick_names *out)
{
    const struct recurrent_cell *cell = self->type->cell;

    out->count = 0;
    for (size_t i = 0; i < recurrent_sequence_count(cell); i++)
        add_name(out, cell->sequences[i].name);
    out->required = out->count;
    for (size_t i = 0; i < recurrent_state_count(cell); i++)
        add_name(out, cell->states[i]);
    add_name(out, "mask");
}

bool recurrent_read_call(const struct recurrent_cell *cell, const struct brick_values *inputs,
                         struct recurrent_call *out, struct error *err)
{
    const size_t sequences = recurrent_sequence_count(cell), states = recurrent_state_count(cell);

    *out = (struct recurrent_call){ .mask = NULL };
    if (inputs->count < sequences || inputs->count > sequences + states + 1)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "takes %zu to %zu inputs, not %zu", sequences,
                     sequences + states + 1, inputs->count);
    for (size_t i = 0; i < inputs->count; i++) {
        if (i < sequences)
            out->sequences[i] = inputs->items[i];
        else if (i < sequences + states)
            out->states[i - sequences] = inputs->items[i];
        else
            out->mask = inputs->items[i];
    }
    return true;
}

bool recurrent_apply_brick(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                           struct brick_values *results, struct error *err)
{
    struct recurrent_call call;

    return recurrent_read_call(self->type->cell, inputs, &call, err) &&
           self->type->cell->apply(self, graph, &call, results, err);
}

struct recurrence recurrent_recurrence(const struct brick *self, const struct recurrent_call *call)
{
    struct recurrence recurrence = { .mask = call->mask, .reverse = call->reverse };
    struct activation *const to[] = { &recurrence.activation, &recurrence.gate_activation };

    for (size_t i = 0; i < self->child_count; i++)
        find_activation(self->children[i]->type, self->children[i]->settings, to[i]);
    return recurrence;
}

struct node *recurrent_state(const struct brick *self, struct graph *graph, const struct recurrent_call *call,
                             size_t index, struct error *err)
{
    if (call->states[index])
        return call->states[index];
    return brick_parameter_node(self, graph, self->type->cell->parameters[index], err);
}
