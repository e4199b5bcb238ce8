/* engine/training/gradient_descent.c -- the life of the algorithm; see gradient_descent.h. */
#include "engine/training/gradient_descent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/rules/step_rules.h"
#include "engine/training/gradient_descent_internal.h"

static const struct algorithm_type gradient_descent_type;

static void add_variable(struct gradient_descent *self, struct variable *variable)
{
    self->variables = memory_grow(self->variables, self->count + 1, sizeof(struct variable *));
    self->variables[self->count++] = variable;
}

static struct node *node_of(struct gradient_descent *self, const struct variable *variable, struct error *err)
{
    return node_parameter(self->options.graph, variable->name, &variable->value.shape, err);
}

static bool named(const struct gradient_descent_options *options, const char *path)
{
    for (size_t i = 0; i < options->parameter_count; i++)
        if (strcmp(options->parameters[i], path) == 0)
            return true;
    return false;
}

static void report_unknown(const struct gradient_descent_options *options, const struct json_path *place,
                           const char *path, struct error_list *errors)
{
    struct variables *store = graph_variables(options->graph);
    const char **names = memory_new(variables_count(store) + 1, sizeof *names);
    char hint[sizeof errors->items->hint];
    size_t count = 0;

    for (size_t i = 0; i < variables_count(store); i++)
        if (variables_at(store, i)->role == VARIABLE_PARAMETER)
            names[count++] = variables_at(store, i)->name;
    text_candidates_hint(path, names, count, hint, sizeof hint);
    REPORT(errors, ERROR_UNKNOWN_NAME, place, "there is no parameter \"%s\"", path);
    error_list_hint(errors, "%s", hint);
    free(names);
}

static bool check_names(const struct gradient_descent_options *options, struct error_list *errors)
{
    struct variables *store = graph_variables(options->graph);
    const struct json_path list = { .parent = options->place, .key = "parameters" };
    bool valid = true;

    for (size_t i = 0; options->parameters && i < options->parameter_count; i++) {
        const struct json_path place = { .parent = &list, .index = i };
        const char *path = options->parameters[i];
        const struct variable *variable = variables_find(store, path);

        if (!variable || variable->role != VARIABLE_PARAMETER) {
            report_unknown(options, &place, path, errors);
            valid = false;
        }
    }
    return valid;
}

/* In the order of the store, so that spans of the flat vectors ascend. */
static bool choose_parameters(struct gradient_descent *self, struct error_list *errors)
{
    const struct gradient_descent_options *options = &self->options;
    struct variables *store = graph_variables(options->graph);
    struct error err;

    if (!check_names(options, errors))
        return false;
    for (size_t i = 0; i < variables_count(store); i++) {
        struct variable *variable = variables_at(store, i);
        struct node *node;

        if (variable->role != VARIABLE_PARAMETER)
            continue;
        if (options->parameters && !named(options, variable->name))
            continue;
        node = node_of(self, variable, &err);
        if (!node)
            return error_list_add(errors, &err);
        if (options->parameters || node_depends_on(options->cost, node))
            add_variable(self, variable);
    }
    if (!self->count) {
        REPORT(errors, ERROR_INVALID_VALUE, NULL, "the cost depends on no parameter");
        return error_list_hint(errors,
                               "Apply a brick that has parameters, and put its result into the cost.");
    }
    return true;
}

static bool derive(struct gradient_descent *self, struct error_list *errors)
{
    struct node **wanted = memory_new(self->count, sizeof(struct node *));
    struct error err;
    bool derived = true;

    self->gradients = memory_new(self->count, sizeof(struct node *));
    self->steps = memory_new(self->count, sizeof *self->steps);
    self->step_nodes = memory_new(self->count, sizeof(struct node *));
    for (size_t i = 0; i < self->count && derived; i++) {
        self->steps[i] = self->variables[i]->value;
        self->steps[i].data = NULL;
        wanted[i] = node_of(self, self->variables[i], &err);
        derived = wanted[i] != NULL;
    }
    derived = derived && graph_gradient(self->options.graph, self->options.cost, wanted, self->count,
                                        self->gradients, &err);
    free(wanted);
    return derived || error_list_add(errors, &err);
}

static void lay_out(struct gradient_descent *self)
{
    for (size_t i = 0; i < self->count; i++) {
        const struct variable *variable = self->variables[i];

        self->layout_parameters[i] = (struct step_parameter){ .path = variable->name,
                                                              .shape = variable->value.shape,
                                                              .offset = variable->offset,
                                                              .count = tensor_elements(&variable->value) };
    }
    self->layout = (struct step_layout){
        .dtype = graph_real(self->options.graph),
        .parameters = self->layout_parameters,
        .parameter_count = self->count,
    };
}

static void use_scale(struct gradient_descent *self)
{
    const struct component_type *scale = &scale_type.component;
    char *settings = memory_new(1, scale->settings_size);

    *(double *)(void *)(settings + param_find(scale->params, "learning_rate")->offset) = 1.0;
    self->default_rule = (struct component){ .type = scale, .settings = settings, .pointer = "" };
    self->options.step_rule = &self->default_rule;
}

static void copy_sources(struct gradient_descent *self)
{
    self->sources = memory_new(self->options.source_count + 1, sizeof(char *));
    for (size_t i = 0; i < self->options.source_count; i++)
        self->sources[i] = memory_text(self->options.sources[i]);
}

struct algorithm *gradient_descent_new(const struct gradient_descent_options *options,
                                       struct error_list *errors)
{
    struct gradient_descent *self = memory_new(1, sizeof *self);

    self->algorithm.type = &gradient_descent_type;
    self->options = *options;
    copy_sources(self);
    if (!options->step_rule)
        use_scale(self);
    if (choose_parameters(self, errors) && derive(self, errors)) {
        self->layout_parameters = memory_new(self->count, sizeof *self->layout_parameters);
        lay_out(self);
        if (step_rule_check(self->options.step_rule, &self->layout, errors))
            return &self->algorithm;
    }
    algorithm_free(&self->algorithm);
    return NULL;
}

static void gradient_descent_free(struct algorithm *algorithm)
{
    struct gradient_descent *self = gradient_descent_of(algorithm);

    function_free(self->train);
    function_free(self->look);
    step_rule_free(self->rule);
    for (size_t i = 0; i < self->observation_count; i++)
        free(self->observations[i].values);
    for (size_t i = 0; i < self->options.source_count; i++)
        free(self->sources[i]);
    free(self->sources);
    free(self->observations);
    free(self->kept_steps);
    free(self->default_rule.settings);
    free(self->layout_parameters);
    free(self->variables);
    free(self->gradients);
    free(self->steps);
    free(self->step_nodes);
    free(self);
}

bool gradient_descent_make_rule(struct gradient_descent *self, struct error *err)
{
    if (self->rule)
        return true;
    lay_out(self);
    self->rule = step_rule_new(self->options.step_rule, &self->layout, err);
    return self->rule != NULL;
}

static bool gradient_descent_observe(struct algorithm *algorithm, const struct batch_observer *observer,
                                     struct error *err)
{
    struct gradient_descent *self = gradient_descent_of(algorithm);

    (void)err;
    for (size_t i = 0; i < self->observation_count; i++)
        if (self->observations[i].observer == observer)
            return true;
    self->observations =
        memory_grow(self->observations, self->observation_count + 1, sizeof *self->observations);
    self->observations[self->observation_count++] =
        (struct observation){ .observer = observer,
                              .values = memory_new(observer->count + 1, sizeof(struct tensor *)) };
    return true;
}

static double *gradient_descent_live(struct algorithm *algorithm, const char *path)
{
    struct gradient_descent *self = gradient_descent_of(algorithm);
    static const char step_rule[] = "step_rule.";
    struct error err; /* That memory is out will be said by initialize. */

    if (strncmp(path, step_rule, sizeof step_rule - 1) != 0)
        return NULL;
    path += sizeof step_rule - 1;
    if (variables_parameters(graph_variables(self->options.graph))->data &&
        gradient_descent_make_rule(self, &err))
        return step_rule_live(self->rule, path);
    return step_rule_has_live(self->options.step_rule, path) ? &self->placeholder : NULL;
}

static bool gradient_descent_each_state(struct algorithm *algorithm, algorithm_state_fn *each, void *context,
                                        struct error *err)
{
    struct gradient_descent *self = gradient_descent_of(algorithm);

    return gradient_descent_make_rule(self, err) && step_rule_each_state(self->rule, each, context, err);
}

static const struct algorithm_type gradient_descent_type = {
    .name = "GradientDescent",
    .updates = true,
    .initialize = gradient_descent_initialize,
    .process_batch = gradient_descent_process_batch,
    .observe = gradient_descent_observe,
    .live = gradient_descent_live,
    .each_state = gradient_descent_each_state,
    .free = gradient_descent_free,
};
