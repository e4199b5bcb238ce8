/* engine/extensions/conditions_save.c -- conditions in checkpoints; see conditions_read.h. */
#include <inttypes.h>

#include "engine/extensions/conditions_read.h"
#include "engine/training/value_json.h"

static void save_number(const struct predicate *predicate, struct text *out)
{
    char digits[REAL_TEXT_BYTES];

    if (predicate->whole) {
        text_format(out, "%" PRId64, predicate->integer);
        return;
    }
    real_to_text(predicate->real, digits);
    text_add(out, digits);
}

static void save_counter(const struct predicate *predicate, struct text *out)
{
    text_format(out,
                "{\"condition\":\"%s_n_%s\",\"num\":", predicate->kind == PREDICATE_EVERY ? "every" : "after",
                predicate->epochs ? "epochs" : "batches");
    save_number(predicate, out);
    text_add_char(out, '}');
}

static bool save_function(const struct predicate *predicate, struct text *out, struct error *err)
{
    struct value saved;

    if (!script_function_save(predicate->function, &saved, err))
        return false;
    value_save(&saved, out);
    value_fini(&saved);
    return true;
}

static bool save_predicate(const struct predicate *predicate, struct text *out, struct error *err)
{
    switch (predicate->kind) {
    case PREDICATE_ALWAYS:
    case PREDICATE_FIRST_EPOCH:
        text_add_json_text(out, predicate_names[predicate->kind]);
        return true;
    case PREDICATE_EVERY:
    case PREDICATE_EQUAL:
        save_counter(predicate, out);
        return true;
    case PREDICATE_RECORD:
        text_add(out, "{\"record\":");
        text_add_json_text(out, predicate->name);
        text_add_char(out, '}');
        return true;
    case PREDICATE_STATUS:
        text_add(out, "{\"status\":");
        text_add_json_text(out, predicate->name);
        text_add(out, ",\"at_least\":");
        save_number(predicate, out);
        text_add_char(out, '}');
        return true;
    case PREDICATE_FUNCTION:
        return save_function(predicate, out, err);
    }
    return false;
}

bool conditions_save(const struct condition_list *conditions, struct text *out_json, struct error *err)
{
    text_add_char(out_json, '[');
    for (size_t i = 0; i < conditions->count; i++) {
        const struct condition *condition = &conditions->items[i];

        text_format(out_json, "%s{\"callbacks\":[\"%s\"],\"predicate\":", i ? "," : "",
                    callback_name(condition->callback));
        if (!save_predicate(&condition->predicate, out_json, err))
            return false;
        text_add(out_json, ",\"arguments\":[");
        for (size_t k = 0; k < condition->argument_count; k++) {
            text_add(out_json, k ? "," : "");
            value_save(&condition->arguments[k], out_json);
        }
        text_add(out_json, "]}");
    }
    text_add_char(out_json, ']');
    return true;
}
