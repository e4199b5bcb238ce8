/* engine/definition/settings.c -- see settings.h. */
#include "engine/definition/settings.h"

#include <stdio.h>
#include <string.h>

#include "engine/extensions/extensions.h"
#include "engine/rules/step_rule.h"
#include "engine/tensor/team.h"

bool name_is_plain(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t length = strlen(name);

    return length >= 1 && length <= 100 && strchr(letters, name[0]) &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

static bool check_name(const void *field, char *message, size_t message_bytes)
{
    const char *name = *(const char *const *)field;

    if (name_is_plain(name))
        return true;
    snprintf(message, message_bytes,
             "a name has 1 to 100 letters, digits, '.', '_' and '-', and begins with a letter or a digit");
    return false;
}

/* In the order of enum dtype. */
static const char *const dtype_choices[] = { "float32", "float64", NULL };

static const struct param autosave_params[] = {
    PARAM(autosave_settings, every_s, REAL, .required = true, .min = 1, .max = 86400, .unit = "s",
          .about = "The longest time of training that a crash can cost."),
    PARAM_END
};

const struct param job_params[] = {
    PARAM(job_settings, name, TEXT, .preset = "\"job\"", .check = check_name,
          .about = "What the job is called in lists and file names; need not be unique."),
    PARAM(job_settings, labels, JSON, .about = "Texts by name, to find the job again."),
    PARAM(job_settings, seed, INTEGER, .preset = "1", .min = 0, .max = 4294967295.0,
          .about = "Where the random numbers of bricks, dropout and user functions begin."),
    PARAM(job_settings, dtype, CHOICE, .choices = dtype_choices, .preset = "\"float32\"",
          .about = "What real numbers are computed in."),
    PARAM(job_settings, threads, INTEGER, .preset = "1", .min = 1, .max = TEAM_MEMBERS_MAX,
          .about = "How many worker threads the job takes.  Results depend on it in the last bits."),
    PARAM(job_settings, priority, INTEGER, .preset = "0", .min = -1000, .max = 1000,
          .about = "Jobs of higher priority leave the queue first."),
    PARAM(job_settings, autosave, OBJECT, .nullable = true, .preset = "{\"every_s\": 60}",
          .members = autosave_params, .members_size = sizeof(struct autosave_settings),
          .about = "When automatic checkpoints are made besides those at pause and drain; null: never."),
    PARAM(job_settings, max_attempts, INTEGER, .preset = "3", .min = 1, .max = 100,
          .about = "How often the job is tried again when its worker dies without a new checkpoint."),
    PARAM(job_settings, data_streams, JSON, .required = true, .about = "Data streams by name."),
    PARAM(job_settings, data_stream, TEXT, .preset = "\"train\"", .about = "The stream that is trained on."),
    PARAM(job_settings, bricks, JSON, .required = true, .about = "Bricks by name."),
    PARAM(job_settings, variables, JSON, .required = true, .about = "Expressions by name."),
    PARAM(job_settings, shared, JSON, .about = "Shared variables by name: their start values."),
    PARAM(job_settings, algorithm, COMPONENT, .required = true, .family = &algorithm_family,
          .about = "How parameters are changed."),
    PARAM(job_settings, extensions, COMPONENTS, .preset = "[]", .family = &extension_family, .count_max = 64,
          .about = "What happens besides, in this order."),
    PARAM_END
};

static const struct param gradient_descent_params[] = {
    PARAM(gradient_descent_settings, cost, TEXT, .required = true,
          .about = "The scalar variable to be made small: its name, or an expression."),
    PARAM(gradient_descent_settings, parameters, TEXTS, .nullable = true, .count_min = 1,
          .about = "Paths of the parameters that are trained; by default all."),
    PARAM(gradient_descent_settings, step_rule, COMPONENT, .nullable = true, .family = &step_rule_family,
          .about = "What turns gradients into steps; by default Scale."),
    PARAM_END
};

static const struct component_type gradient_descent = {
    .name = "GradientDescent",
    .about = "Moves every parameter against the gradient of the cost: new = old - step.",
    .params = gradient_descent_params,
    .settings_size = sizeof(struct gradient_descent_settings),
};

static const struct component_type *const algorithms[] = { &gradient_descent, NULL };

const struct family algorithm_family = { .name = "algorithm", .plural = "algorithms", .types = algorithms };
