/* engine/data/schemes.c -- see schemes.h. */
#include "engine/data/schemes.h"

#include "engine/base/component_report.h"

static const struct component_type *const types[] = {
    &sequential_scheme_type.component,
    &shuffled_scheme_type.component,
    &constant_scheme_type.component,
    &sequential_example_scheme_type.component,
    &shuffled_example_scheme_type.component,
    &concatenated_scheme_type.component,
    NULL,
};

const struct family scheme_family = {
    .name = "iteration scheme",
    .plural = "schemes",
    .types = types,
};

struct scheme *scheme_of_sizes(const struct component *owner, const struct component *wanted,
                               int64_t examples, struct error_list *errors)
{
    if (!wanted)
        return NULL;
    if (wanted->type == &constant_scheme_type.component)
        return scheme_new(wanted, examples, errors);
    REPORT_AT(errors, ERROR_INVALID_VALUE, owner, "iteration_scheme", "%s does not give sizes of batches",
              wanted->type->name);
    error_list_hint(errors, "%s takes a ConstantScheme.", owner->type->name);
    return NULL;
}
