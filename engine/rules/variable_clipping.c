/* engine/rules/variable_clipping.c -- keeps the norm of the new parameter below a threshold.
 *
 * With z = p - s, and n the L2 norm of z over `axis` (all elements without one): where n > threshold,
 * step = p - (threshold / n) z, so that the new parameter is z scaled down to the threshold. */
#include "engine/rules/step_rules.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "engine/base/component_report.h"
#include "engine/rules/step_rule_internal.h"

struct variable_clipping {
    double threshold;
    struct integer_list axis;
};

static const struct param params[] = {
    PARAM(variable_clipping, threshold, REAL, .required = true, .live = true,
          .about = "The largest norm that a parameter, or each part of it, can have."),
    PARAM(variable_clipping, axis, INTEGERS, .nullable = true, .bare = true, .count_max = TENSOR_RANK_MAX,
          .about = "The axes over which norms are taken; without them, over the whole parameter."),
    PARAM_END
};

/* A parameter as rows: neighbouring axes that are all summed over, or all kept, are one. */
struct rows {
    int rank; /* at least 1 */
    int64_t dims[TENSOR_RANK_MAX + 1];
    bool kept[TENSOR_RANK_MAX + 1];
    int64_t groups; /* norms */
};

static bool axis_is_kept(const struct integer_list *axes, int rank, int axis)
{
    for (size_t i = 0; i < axes->count; i++)
        if (axes->items[i] == axis || axes->items[i] == axis - rank)
            return false;
    return axes->count > 0;
}

static struct rows rows_of(const struct variable_clipping *clipping, const struct shape *shape)
{
    struct rows rows = { .rank = 1, .dims = { 1 }, .kept = { false }, .groups = 1 };

    for (int axis = 0; axis < shape->rank; axis++) {
        const bool kept = axis_is_kept(&clipping->axis, shape->rank, axis);

        if (rows.kept[rows.rank - 1] != kept) {
            rows.kept[rows.rank] = kept;
            rows.dims[rows.rank++] = 1;
        }
        rows.dims[rows.rank - 1] *= shape->dims[axis];
        if (kept)
            rows.groups *= shape->dims[axis];
    }
    return rows;
}

/* The norm of the first element of `row`; when the last axis is kept, its other elements follow. */
static int64_t group_of_row(const struct rows *rows, int64_t row)
{
    int64_t group = 0, stride = rows->kept[rows->rank - 1] ? rows->dims[rows->rank - 1] : 1;

    for (int axis = rows->rank - 2; axis >= 0; axis--) {
        if (rows->kept[axis]) {
            group += row % rows->dims[axis] * stride;
            stride *= rows->dims[axis];
        }
        row /= rows->dims[axis];
    }
    return group;
}

static int64_t variable_clipping_work_bytes(const void *settings, const struct step_layout *layout)
{
    int64_t groups = 0;

    for (size_t i = 0; i < layout->parameter_count; i++)
        groups += rows_of(settings, &layout->parameters[i].shape).groups;
    return groups * (int64_t)sizeof(double);
}

/* Where the norms of a parameter begin. */
static double *norms_of(const struct step_rule *rule, size_t parameter)
{
    double *norms = rule->work;

    for (size_t i = 0; i < parameter; i++)
        norms += rows_of(rule->settings, &rule->layout->parameters[i].shape).groups;
    return norms;
}

static void find_norms(const struct step_rule *rule, const struct step_vectors *vectors, size_t index,
                       double *norms)
{
    const struct step_parameter *parameter = &rule->layout->parameters[index];
    const struct rows rows = rows_of(rule->settings, &parameter->shape);
    const int64_t length = rows.dims[rows.rank - 1];

    for (int64_t group = 0; group < rows.groups; group++)
        norms[group] = 0;
    for (int64_t begin = 0; begin < parameter->count; begin += length) {
        const int64_t at = parameter->offset + begin, group = group_of_row(&rows, begin / length);
        const void *p = step_at_const(rule->layout, vectors->parameters, at);
        const void *s = step_at_const(rule->layout, vectors->steps, at);

        if (rows.kept[rows.rank - 1])
            rule->kernels->add_squares_difference(length, p, s, norms + group);
        else
            norms[group] += rule->kernels->sum_squares_difference(length, p, s);
    }
    for (int64_t group = 0; group < rows.groups; group++)
        norms[group] = sqrt(norms[group]);
}

static void variable_clipping_reduce(struct step_rule *rule, const struct step_vectors *vectors)
{
    for (size_t i = 0; i < rule->layout->parameter_count; i++)
        if (rule->members[i])
            find_norms(rule, vectors, i, norms_of(rule, i));
}

static void variable_clipping_apply(struct step_rule *rule, const struct step_vectors *vectors,
                                    struct step_span span)
{
    const struct variable_clipping *clipping = rule->settings;
    const struct step_parameter *parameter = &rule->layout->parameters[span.parameter];
    const struct rows rows = rows_of(clipping, &parameter->shape);
    const int64_t length = rows.dims[rows.rank - 1];
    const double *norms = norms_of(rule, span.parameter);

    for (int64_t at = span.begin; at < span.end;) {
        const int64_t inside = at - parameter->offset, column = inside % length;
        const int64_t left = length - column, count = left < span.end - at ? left : span.end - at;
        const double *norm = norms + group_of_row(&rows, inside / length);
        const void *p = step_at_const(rule->layout, vectors->parameters, at);
        void *s = step_at(rule->layout, vectors->steps, at);

        if (rows.kept[rows.rank - 1])
            rule->kernels->clip_each(count, p, s, norm + column, clipping->threshold);
        else
            rule->kernels->clip(count, p, s, *norm, clipping->threshold);
        at += count;
    }
}

/* Axes must differ, and exist in every parameter. */
static bool variable_clipping_check(const struct component *rule, const struct step_layout *layout,
                                    const bool *members, struct error_list *errors)
{
    const struct variable_clipping *clipping = rule->settings;
    bool valid = true;

    for (size_t k = 0; k < clipping->axis.count; k++) {
        const int64_t axis = clipping->axis.items[k];
        char member[40];

        snprintf(member, sizeof member, "axis/%zu", k);
        for (size_t before = 0; before < k; before++)
            if (clipping->axis.items[before] == axis)
                valid =
                    REPORT_AT(errors, ERROR_DUPLICATE, rule, member, "axis %" PRId64 " is named twice", axis);
        for (size_t i = 0; i < layout->parameter_count; i++) {
            const struct step_parameter *parameter = &layout->parameters[i];
            char text[SHAPE_TEXT_BYTES];

            if (!members[i] || (axis < parameter->shape.rank && axis >= -parameter->shape.rank))
                continue;
            valid = REPORT_AT(errors, ERROR_SHAPE, rule, member, "%s of shape %s has no axis %" PRId64,
                              parameter->path, shape_text(&parameter->shape, text), axis);
            error_list_hint(errors,
                            "Put the rule into a Restrict that names the parameters it is meant for.");
        }
    }
    return valid;
}

const struct step_rule_type variable_clipping_type = {
    .component = { .name = "VariableClipping",
                   .about = "Shrinks a step so that the norm of the new parameter stays below a threshold.",
                   .params = params,
                   .settings_size = sizeof(struct variable_clipping) },
    .per_parameter = true,
    .check = variable_clipping_check,
    .work_bytes = variable_clipping_work_bytes,
    .reduce = variable_clipping_reduce,
    .apply = variable_clipping_apply,
};
