/* engine/extensions/condition_reader.c -- see condition_reader.h. */
#include "engine/extensions/condition_reader.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"

const char *condition_place(const struct condition_reader *reader, const char *member,
                            char out[CONDITION_PLACE_BYTES])
{
    if (reader->saved)
        return "do"; /* the function that added it */
    snprintf(out, CONDITION_PLACE_BYTES, "conditions/%zu%s%s", reader->index, member ? "/" : "",
             member ? member : "");
    return out;
}

bool condition_report(const struct condition_reader *reader, enum error_code code, const char *member,
                      const char *message)
{
    char at[CONDITION_PLACE_BYTES];

    return REPORT_AT(reader->errors, code, reader->component, condition_place(reader, member, at), "%s",
                     message);
}

bool condition_members_are(const struct condition_reader *reader, const cJSON *object, const char *prefix,
                           const char *const *names, size_t count)
{
    const cJSON *member;
    bool valid = true;

    cJSON_ArrayForEach(member, object)
    {
        char name[96], at[CONDITION_PLACE_BYTES];
        bool known = false;

        for (size_t i = 0; i < count; i++)
            known |= strcmp(member->string, names[i]) == 0;
        if (known)
            continue;
        snprintf(name, sizeof name, "%s%.60s", prefix, member->string);
        REPORT_AT(reader->errors, ERROR_UNKNOWN_MEMBER, reader->component, condition_place(reader, name, at),
                  "unknown member \"%.60s\"", member->string);
        valid = false;
    }
    return valid;
}
