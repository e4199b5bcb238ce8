/* engine/data/state.c -- see state.h. */
#include "engine/data/state.h"

#include <math.h>

#include <cjson/cJSON.h>

bool state_integer(const struct cJSON *state, const char *name, int64_t min, int64_t max, int64_t *out,
                   struct error *err)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(state, name);

    if (!cJSON_IsNumber(member) || floor(member->valuedouble) != member->valuedouble)
        return RAISE(err, ERROR_CORRUPT, NULL, "the saved state has no integer \"%s\"", name);
    if (!(member->valuedouble >= (double)min && member->valuedouble <= (double)max))
        return RAISE(err, ERROR_CORRUPT, NULL, "the saved \"%s\" %.17g is not between %lld and %lld", name,
                     member->valuedouble, (long long)min, (long long)max);
    *out = (int64_t)member->valuedouble;
    return true;
}

bool state_boolean(const struct cJSON *state, const char *name, bool *out, struct error *err)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(state, name);

    if (!cJSON_IsBool(member))
        return RAISE(err, ERROR_CORRUPT, NULL, "the saved state has no boolean \"%s\"", name);
    *out = cJSON_IsTrue(member);
    return true;
}

const struct cJSON *state_object(const struct cJSON *state, const char *name, struct error *err)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(state, name);

    if (cJSON_IsObject(member))
        return member;
    RAISE(err, ERROR_CORRUPT, NULL, "the saved state has no object \"%s\"", name);
    return NULL;
}
