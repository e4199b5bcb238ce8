/* engine/bricks/recurrent_stack.c -- transitions on top of each other.
 *
 * Each but the first takes its sequences out of a fork of the states below it, plus, with skip_connections,
 * sequences of its own.  Inputs and results of level n > 0 are called "states#n".  Children are the
 * transitions, "lstm#0", "lstm#1", ..., then the forks, "fork_1", ... */
#include <string.h>

#include "engine/base/component_report.h"
#include "engine/bricks/bricks.h"
#include "engine/bricks/linear.h"
#include "engine/bricks/parallel.h"
#include "engine/bricks/recurrent.h"

enum { TRANSITIONS_MAX = 8 };

struct recurrent_stack {
    struct initializable initializable; /* first */
    struct component_list transitions;
    struct component *fork_prototype;
    const char *states_name;
    bool skip_connections;
};

static const struct param params[] = {
    PARAM(recurrent_stack, transitions, COMPONENTS, .required = true, .count_min = 1,
          .count_max = TRANSITIONS_MAX, .family = &brick_family, .about = "The transitions, from below."),
    PARAM(recurrent_stack, fork_prototype, COMPONENT, .nullable = true, .family = &brick_family,
          .about = "The brick between two levels; by default a Linear, with biases unless skip_connections."),
    PARAM(recurrent_stack, states_name, TEXT, .preset = "\"states\"",
          .about = "Which result of a level the next one sees."),
    PARAM(recurrent_stack, skip_connections, BOOLEAN, .preset = "false",
          .about = "Whether every level also has inputs of its own."),
    INITIALIZABLE_PARENT_PARAMS,
    PARAM_END
};

static const struct recurrent_cell *cell_at(const struct brick *self, size_t level)
{
    return self->children[level]->type->cell;
}

static size_t depth(const struct brick *self)
{
    return ((const struct recurrent_stack *)self->settings)->transitions.count;
}

static int64_t dim_at(const struct brick *self, size_t level)
{
    return ((const struct recurrent *)self->children[level]->settings)->dim;
}

/* ---- Building ---- */

static bool find_state(const struct recurrent_cell *cell, const char *name, size_t *out)
{
    for (*out = 0; cell->states[*out]; (*out)++)
        if (strcmp(cell->states[*out], name) == 0)
            return true;
    return false;
}

static bool add_transition(struct brick *self, size_t level, struct error_list *errors)
{
    const struct recurrent_stack *settings = self->settings;
    const struct component *transition = settings->transitions.items[level];
    size_t unused;

    if (!brick_type_of(transition)->cell) {
        REPORT_AT(errors, ERROR_INVALID_VALUE, transition, NULL, "a brick of type %s is no transition",
                  transition->type->name);
        return error_list_hint(errors, "Choose SimpleRecurrent, LSTM or GatedRecurrent.");
    }
    if (!find_state(brick_type_of(transition)->cell, settings->states_name, &unused))
        return REPORT_AT(errors, ERROR_UNKNOWN_NAME, transition, NULL, "%s has no states called \"%.100s\"",
                         transition->type->name, settings->states_name);
    return brick_add_child(self, transition, arena_format(&self->tree->arena, "#%zu", level), errors) != NULL;
}

static struct component *default_prototype(const struct brick *self)
{
    const struct recurrent_stack *settings = self->settings;
    struct component *prototype = brick_new_component(self, &linear_brick_type);
    struct linear *linear = prototype->settings;

    linear->initializable.use_bias = settings->skip_connections ? BOOLEAN_FALSE : BOOLEAN_TRUE;
    return prototype;
}

static bool add_fork(struct brick *self, size_t level, struct error_list *errors)
{
    const struct recurrent_stack *settings = self->settings;
    const struct recurrent_cell *cell = cell_at(self, level);
    const size_t count = recurrent_sequence_count(cell);
    struct component *component = brick_new_component(self, &fork_brick_type);
    struct parallel *fork = component->settings;
    struct arena *arena = &self->tree->arena;

    fork->prototype = settings->fork_prototype ? settings->fork_prototype : default_prototype(self);
    fork->child_prefix = "fork";
    fork->input_dim = dim_at(self, level - 1);
    fork->names = (struct text_list){ arena_array(arena, count, sizeof(char *)), count, true };
    fork->output_dims = (struct integer_list){ arena_array(arena, count, sizeof(int64_t)), count, true };
    for (size_t i = 0; i < count; i++) {
        fork->names.items[i] = cell->sequences[i].name;
        fork->output_dims.items[i] = cell->sequences[i].factor * dim_at(self, level);
    }
    return brick_add_child(self, component, arena_format(arena, "fork_%zu", level), errors) != NULL;
}

static bool recurrent_stack_build(struct brick *self, struct error_list *errors)
{
    for (size_t level = 0; level < depth(self); level++)
        if (!add_transition(self, level, errors))
            return false;
    for (size_t level = 1; level < depth(self); level++)
        if (!add_fork(self, level, errors))
            return false;
    return true;
}

static bool recurrent_stack_push(struct brick *self, struct error_list *errors)
{
    (void)errors;
    for (size_t i = depth(self); i < self->child_count; i++) /* the forks */
        brick_push_use_bias(self, self->children[i]);
    return true;
}

/* ---- Applying ---- */

static void add_name(const struct brick *self, struct brick_names *names, const char *name, size_t level)
{
    if (level > 0)
        name = arena_format(&self->tree->arena, "%s#%zu", name, level);
    names->items[names->count++] = name;
}

/* Sequences of all levels that have their own, the mask, states of all levels: the order of Blocks. */
static void recurrent_stack_input_names(const struct brick *self, struct brick_names *out)
{
    const struct recurrent_stack *settings = self->settings;

    out->count = 0;
    for (size_t level = 0; level < (settings->skip_connections ? depth(self) : 1); level++)
        for (size_t i = 0; i < recurrent_sequence_count(cell_at(self, level)); i++)
            add_name(self, out, cell_at(self, level)->sequences[i].name, level);
    out->required = out->count;
    add_name(self, out, "mask", 0);
    for (size_t level = 0; level < depth(self); level++)
        for (size_t i = 0; i < recurrent_state_count(cell_at(self, level)); i++)
            add_name(self, out, cell_at(self, level)->states[i], level);
}

static struct node *take(const struct brick_values *inputs, size_t *place)
{
    const size_t index = (*place)++;

    return index < inputs->count ? inputs->items[index] : NULL;
}

/* Adds the fork of the states below to the sequences of a level. */
static bool add_forked(struct brick *self, struct graph *graph, size_t level, struct node *below,
                       struct recurrent_call *call, struct error *err)
{
    const struct brick_values inputs = { .items = { below }, .count = 1 };
    struct brick_values forked;

    if (!brick_apply(self->children[depth(self) + level - 1], graph, &inputs, &forked, err))
        return false;
    for (size_t i = 0; i < forked.count; i++) {
        call->sequences[i] =
            call->sequences[i] ? node_add(graph, call->sequences[i], forked.items[i], err) : forked.items[i];
        if (!call->sequences[i])
            return false;
    }
    return true;
}

static bool recurrent_stack_apply(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                                  struct brick_values *results, struct error *err)
{
    const struct recurrent_stack *settings = self->settings;
    struct brick_names names;
    struct node *below = NULL;
    size_t sequence = 0, state;

    recurrent_stack_input_names(self, &names);
    if (inputs->count < names.required || inputs->count > names.count)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "takes %zu to %zu inputs, not %zu", names.required,
                     names.count, inputs->count);
    state = names.required + 1;
    results->count = 0;
    for (size_t level = 0; level < depth(self); level++) {
        const struct recurrent_cell *cell = cell_at(self, level);
        struct recurrent_call call = { .mask = NULL };
        struct brick_values of_level;
        size_t place = names.required, seen;

        call.mask = take(inputs, &place);
        for (size_t i = 0; i < recurrent_sequence_count(cell) && (level == 0 || settings->skip_connections);
             i++)
            call.sequences[i] = take(inputs, &sequence);
        for (size_t i = 0; i < recurrent_state_count(cell); i++)
            call.states[i] = take(inputs, &state);
        if ((level > 0 && !add_forked(self, graph, level, below, &call, err)) ||
            !cell->apply(self->children[level], graph, &call, &of_level, err))
            return false;
        find_state(cell, settings->states_name, &seen);
        below = of_level.items[seen];
        for (size_t i = 0; i < of_level.count; i++)
            results->items[results->count++] = of_level.items[i];
    }
    return true;
}

const struct brick_type recurrent_stack_brick_type = {
    .component = { .name = "RecurrentStack",
                   .about = "Transitions on top of each other; gives the states of every level.",
                   .params = params,
                   .settings_size = sizeof(struct recurrent_stack) },
    .initializable = true,
    .inputs_min = 1,
    .inputs_max = BRICK_VALUES_MAX,
    .build = recurrent_stack_build,
    .push = recurrent_stack_push,
    .apply = recurrent_stack_apply,
    .input_names = recurrent_stack_input_names,
};
