/* engine/definition/catalogue.c -- see catalogue.h. */
#include "engine/definition/catalogue.h"

#include <string.h>

#include "engine/bricks/brick.h"
#include "engine/bricks/costs/cost.h"
#include "engine/bricks/initialization/initialization.h"
#include "engine/data/schemes.h"
#include "engine/data/transformers.h"
#include "engine/definition/describe.h"
#include "engine/rules/step_rule.h"

const struct family *const catalogue_families[] = {
    &brick_family,  &step_rule_family,   &initialization_family,
    &scheme_family, &transformer_family, &cost_family,
    NULL,
};

cJSON *catalogue_describe(const char *plural)
{
    for (size_t i = 0; catalogue_families[i]; i++)
        if (strcmp(catalogue_families[i]->plural, plural) == 0)
            return describe_family(catalogue_families[i]);
    return NULL;
}
