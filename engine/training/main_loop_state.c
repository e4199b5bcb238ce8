/* engine/training/main_loop_state.c -- the main loop's own numbers in checkpoints; see main_loop.h. */
#include <cjson/cJSON.h>

#include "engine/training/main_loop.h"

void main_loop_save_profile(const struct main_loop *loop, struct text *out_json)
{
    char digits[REAL_TEXT_BYTES];

    text_add_char(out_json, '{');
    for (int i = 0; i < PROFILE_SECTION_COUNT; i++) {
        real_to_json(loop->profile.total_s[i], digits);
        text_format(out_json, "%s\"%s\":%s", i ? "," : "", profile_section_name((enum profile_section)i),
                    digits);
    }
    text_add_char(out_json, '}');
}

bool main_loop_load_profile(struct main_loop *loop, const struct cJSON *saved, struct error *err)
{
    for (int i = 0; i < PROFILE_SECTION_COUNT; i++) {
        const char *name = profile_section_name((enum profile_section)i);
        const cJSON *total = cJSON_GetObjectItemCaseSensitive(saved, name);

        if (!cJSON_IsNumber(total))
            return RAISE(err, ERROR_CORRUPT, NULL, "the saved timer \"%s\" is not readable", name);
        loop->profile.total_s[i] = total->valuedouble;
    }
    return true;
}
