/* engine/training/gradient_descent_step.c -- one batch; see gradient_descent.h. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/training/gradient_descent_internal.h"

/* The outputs of the two functions that observers want, each node once. */
struct outputs {
    struct node **nodes;
    size_t count;
};

static size_t output_number(struct outputs *outputs, struct node *node)
{
    for (size_t i = 0; i < outputs->count; i++)
        if (outputs->nodes[i] == node)
            return i;
    outputs->nodes = memory_grow(outputs->nodes, outputs->count + 1, sizeof(struct node *));
    outputs->nodes[outputs->count] = node;
    return outputs->count++;
}

static void collect(const struct gradient_descent *self, struct outputs *of_batch, struct outputs *of_steps)
{
    for (size_t i = 0; i < self->observation_count; i++) {
        const struct batch_observer *observer = self->observations[i].observer;

        for (size_t j = 0; j < observer->count; j++)
            output_number(gradient_descent_looks_at_steps(self, observer->variables[j]) ? of_steps : of_batch,
                          observer->variables[j]);
    }
}

/* A gradient for the rule: see function_taker. */
static void move(void *context, size_t index, void *elements, int64_t begin, int64_t end, double *squares)
{
    struct gradient_descent *self = context;
    const int64_t offset = self->variables[index]->offset;

    step_rule_update_span(self->rule, elements,
                          variables_parameters(graph_variables(self->options.graph))->data,
                          (struct step_span){ index, offset + begin, offset + end }, squares);
}

/* Observers see values of before the step, and must have accepted them when it is made: a number always is.
 */
static bool may_move_at_once(const struct gradient_descent *self, const struct outputs *observed)
{
    for (size_t i = 0; i < observed->count; i++)
        if (node_rank(observed->nodes[i]) > 0)
            return false;
    return step_rule_is_elementwise(self->rule);
}

/* The gradients go straight into their flat vector, or to the rule. */
static bool compile_train(struct gradient_descent *self, const struct outputs *observed, bool at_once,
                          struct error *err)
{
    const struct variable *const *variables = (const struct variable *const *)self->variables;
    const struct function_taker taker = { self->count, variables, move, self };
    size_t count = self->count + observed->count;
    struct node **nodes = memory_new(count, sizeof(struct node *));
    struct tensor *destinations = memory_new(count, sizeof *destinations);
    struct function_options options = { .destinations = destinations, .taker = at_once ? &taker : NULL };

    options.updates = graph_updates(self->options.graph, &options.update_count);
    for (size_t i = 0; i < self->count; i++) {
        nodes[i] = self->gradients[i];
        destinations[i] = self->variables[i]->gradient;
    }
    for (size_t i = 0; i < observed->count; i++)
        nodes[self->count + i] = observed->nodes[i];
    function_free(self->train);
    self->train = function_compile(self->options.graph, nodes, count, &options, err);
    free(nodes);
    free(destinations);
    return self->train != NULL;
}

static bool keep_steps(struct gradient_descent *self, struct error *err)
{
    const struct tensor *flat = variables_gradients(graph_variables(self->options.graph));
    size_t item = dtype_bytes(flat->dtype);

    if (!self->kept_steps)
        self->kept_steps = memory_try_aligned(tensor_bytes(flat) + 1);
    if (!self->kept_steps)
        return RAISE(err, ERROR_MEMORY, NULL, "not enough memory for the steps");
    for (size_t i = 0; i < self->count; i++)
        self->steps[i].data = (char *)self->kept_steps + (size_t)self->variables[i]->offset * item;
    return true;
}

static bool compile_look(struct gradient_descent *self, const struct outputs *observed, struct error *err)
{
    function_free(self->look);
    self->look = NULL;
    if (!observed->count)
        return true;
    if (!keep_steps(self, err))
        return false;
    self->look = function_compile(self->options.graph, observed->nodes, observed->count, NULL, err);
    return self->look != NULL;
}

/* Outputs stay where they are from call to call. */
static void connect(struct gradient_descent *self, struct outputs *of_batch, struct outputs *of_steps)
{
    for (size_t i = 0; i < self->observation_count; i++) {
        struct observation *observation = &self->observations[i];

        for (size_t j = 0; j < observation->observer->count; j++) {
            struct node *node = observation->observer->variables[j];

            if (gradient_descent_looks_at_steps(self, node))
                observation->values[j] = function_output(self->look, output_number(of_steps, node));
            else
                observation->values[j] =
                    function_output(self->train, self->count + output_number(of_batch, node));
        }
    }
}

static bool needs(const struct function *function, const char *source)
{
    for (size_t i = 0; function && i < function_source_count(function); i++)
        if (strcmp(function_source(function, i), source) == 0)
            return true;
    return false;
}

static bool check_sources(const struct gradient_descent *self, struct error *err)
{
    for (size_t i = 0; i < self->options.source_count; i++) {
        if (needs(self->train, self->sources[i]) || needs(self->look, self->sources[i]))
            continue;
        RAISE(err, ERROR_INVALID_VALUE, NULL, "nothing needs the source \"%s\" of the training stream",
              self->sources[i]);
        return error_hint(err, "Limit the stream with \"sources\".");
    }
    return true;
}

/* Where one member made all gradients, fetching them from its cache costs the others more than they save,
 * unless there are more than a cache holds. */
static struct team *team_for_rule(const struct gradient_descent *self)
{
    enum { ELEMENTS_MIN = 1 << 20 };
    const struct tensor *parameters = variables_parameters(graph_variables(self->options.graph));

    if (function_threads(self->train) == 1 && tensor_elements(parameters) < ELEMENTS_MIN)
        return NULL;
    return graph_team(self->options.graph);
}

/* A rule for which only it is worth to have a team runs behind the function. */
static bool compile(struct gradient_descent *self, const struct outputs *of_batch,
                    const struct outputs *of_steps, struct error *err)
{
    struct team *team;

    self->moves_at_once = of_steps->count == 0 && may_move_at_once(self, of_batch);
    if (!compile_train(self, of_batch, self->moves_at_once, err))
        return false;
    team = team_for_rule(self);
    if (self->moves_at_once && function_threads(self->train) < team_members(team)) {
        self->moves_at_once = false;
        if (!compile_train(self, of_batch, false, err))
            return false;
    }
    self->moves_at_once = self->moves_at_once && function_hands_over(self->train);
    step_rule_use_team(self->rule, team);
    return compile_look(self, of_steps, err);
}

bool gradient_descent_initialize(struct algorithm *algorithm, struct error *err)
{
    struct gradient_descent *self = gradient_descent_of(algorithm);
    struct outputs of_batch = { 0 }, of_steps = { 0 };
    bool compiled;

    if (!gradient_descent_make_rule(self, err))
        return false;
    collect(self, &of_batch, &of_steps);
    compiled = compile(self, &of_batch, &of_steps, err) && check_sources(self, err);
    if (compiled)
        connect(self, &of_batch, &of_steps);
    free(of_batch.nodes);
    free(of_steps.nodes);
    return compiled;
}

static bool tell_observers(const struct gradient_descent *self, struct error *err)
{
    for (size_t i = 0; i < self->observation_count; i++) {
        const struct batch_observer *observer = self->observations[i].observer;

        if (!observer->observe(observer->context, self->observations[i].values, err))
            return false;
    }
    return true;
}

static bool move_at_once(struct gradient_descent *self, const struct batch *batch, struct error *err)
{
    step_rule_begin(self->rule);
    if (function_call(self->train, batch, err))
        return tell_observers(self, err);
    step_rule_cancel(self->rule);
    return false;
}

bool gradient_descent_process_batch(struct algorithm *algorithm, const struct batch *batch, struct error *err)
{
    struct gradient_descent *self = gradient_descent_of(algorithm);
    struct variables *store = graph_variables(self->options.graph);
    const struct tensor *gradients = variables_gradients(store);
    void *parameters = variables_parameters(store)->data;

    if (self->moves_at_once)
        return move_at_once(self, batch, err);
    if (!function_call(self->train, batch, err))
        return false;
    if (!self->look) {
        if (!tell_observers(self, err))
            return false;
        step_rule_apply_and_update(self->rule, gradients->data, parameters);
        return true;
    }
    memcpy(self->kept_steps, gradients->data, tensor_bytes(gradients));
    step_rule_apply(self->rule, self->kept_steps, parameters);
    if (!function_call(self->look, batch, err) || !tell_observers(self, err))
        return false;
    step_update(&self->layout, self->kept_steps, parameters);
    return true;
}
