/* engine/extensions/scripted_state.c -- `self` and changed conditions in checkpoints; see scripted.h. */
#include "engine/extensions/scripted.h"

#include <stdio.h>

#include <cjson/cJSON.h>

#include "engine/extensions/conditions_read.h"
#include "engine/script/table.h"
#include "engine/training/value_json.h"

static bool save_self(const struct extension *self, struct text *out_json, struct error *err)
{
    const struct scripted *scripted = self->state;
    struct value value;

    if (!script_table_save(scripted->self, &value, err))
        return false;
    text_add(out_json, "{\"self\":");
    value_save(&value, out_json);
    value_fini(&value);
    if (scripted->conditions_changed) {
        text_add(out_json, ",\"conditions\":");
        if (!conditions_save(&self->conditions, out_json, err))
            return false;
    }
    text_add_char(out_json, '}');
    return true;
}

bool scripted_save(const struct extension *self, struct text *out_json, struct error *err)
{
    const struct scripted *scripted = self->state;

    if (!scripted->self) {
        text_add(out_json, "null");
        return true;
    }
    if (!save_self(self, out_json, err)) {
        snprintf(err->pointer, sizeof err->pointer, "%s", self->base.pointer);
        return false;
    }
    return true;
}

bool scripted_load(struct extension *self, const struct cJSON *saved, struct error *err)
{
    const struct scripted *scripted = self->state;
    const cJSON *conditions = cJSON_GetObjectItemCaseSensitive(saved, "conditions");
    const cJSON *members = cJSON_GetObjectItemCaseSensitive(saved, "self");
    struct value value;
    bool loaded;

    if (!scripted->self)
        return true;
    if (!value_load(members, &value, err))
        return false;
    loaded = script_table_load(scripted->self, &value, err);
    value_fini(&value);
    return loaded && (!conditions || scripted_load_conditions(self, conditions, err));
}
