/* engine/definition/plan_timetable.c -- which extension acts when. */
#include "engine/definition/plan_parts.h"

cJSON *plan_number(int64_t number)
{
    return number < 0 ? cJSON_CreateNull() : cJSON_CreateNumber((double)number);
}

/* Of one callback; a plan shows no more. */
enum { ACTS_MAX = 500 };

static void spell_counter(const struct predicate *predicate, struct text *out)
{
    const bool every = predicate->kind == PREDICATE_EVERY;
    const char *noun = predicate->epochs ? "epoch" : "batch";

    if (every && predicate->whole && predicate->integer == 1)
        text_format(out, "every %s", noun);
    else if (predicate->whole)
        text_format(out, "%s %lld", every ? "every" : noun, (long long)predicate->integer);
    else
        text_format(out, "%s %g", every ? "every" : noun, predicate->real);
    if (every && !(predicate->whole && predicate->integer == 1))
        text_add(out, predicate->epochs ? " epochs" : " batches");
}

static void spell_predicate(const struct predicate *predicate, struct text *out)
{
    switch (predicate->kind) {
    case PREDICATE_ALWAYS:
        text_add(out, "always");
        break;
    case PREDICATE_FIRST_EPOCH:
        text_add(out, "no epoch has been done");
        break;
    case PREDICATE_EVERY:
    case PREDICATE_EQUAL:
        spell_counter(predicate, out);
        break;
    case PREDICATE_RECORD:
        text_format(out, "the row has %s", predicate->name);
        break;
    case PREDICATE_STATUS:
        text_format(out, "the status %s is at least %g", predicate->name, predicate->real);
        break;
    case PREDICATE_FUNCTION:
        text_add(out, "its function says so");
        break;
    }
}

static void add_act(cJSON *acts, const struct extension *extension, const char *when, int64_t times)
{
    cJSON *act = cJSON_CreateObject();

    cJSON_AddStringToObject(act, "extension", extension->base.pointer);
    cJSON_AddStringToObject(act, "name", extension->base.name);
    cJSON_AddStringToObject(act, "when", when);
    cJSON_AddItemToObject(act, "times", plan_number(times));
    cJSON_AddItemToArray(acts, act);
}

static bool listens(const struct extension *extension, enum callback callback)
{
    return extension->type->on[callback] &&
           (!extension->type->callbacks || extension->type->callbacks(extension) & CALLBACK_BIT(callback));
}

static void add_extension(const struct schedule *schedule, const struct extension *extension,
                          enum callback callback, cJSON *acts)
{
    int room = ACTS_MAX - cJSON_GetArraySize(acts);

    if (listens(extension, callback))
        add_act(acts, extension, "always", schedule_rounds(schedule, callback));
    for (size_t i = 0; extension->type->act && i < extension->conditions.count && room > 0; i++) {
        const struct condition *condition = &extension->conditions.items[i];
        struct text when = { 0 };

        if (condition->callback != callback ||
            (extension->type->silent && extension->type->silent(extension, condition)))
            continue;
        spell_predicate(&condition->predicate, &when);
        add_act(acts, extension, text_bytes(&when), schedule_times(schedule, condition));
        text_fini(&when);
        room--;
    }
}

void plan_add_timetable(const struct schedule *schedule, cJSON *plan)
{
    static const enum callback order[CALLBACK_COUNT] = { BEFORE_TRAINING, ON_RESUMPTION, BEFORE_EPOCH,
                                                         BEFORE_BATCH,    AFTER_BATCH,   AFTER_EPOCH,
                                                         ON_INTERRUPT,    ON_ERROR,      AFTER_TRAINING };
    cJSON *timetable = cJSON_AddArrayToObject(plan, "timetable");

    for (size_t c = 0; c < CALLBACK_COUNT; c++) {
        cJSON *round = cJSON_CreateObject(), *acts;

        cJSON_AddStringToObject(round, "callback", callback_name(order[c]));
        cJSON_AddItemToObject(round, "times", plan_number(schedule_rounds(schedule, order[c])));
        acts = cJSON_AddArrayToObject(round, "acts");
        for (size_t i = 0; i < schedule->count; i++)
            add_extension(schedule, schedule->acting[i], order[c], acts);
        if (cJSON_GetArraySize(acts) > 0)
            cJSON_AddItemToArray(timetable, round);
        else
            cJSON_Delete(round);
    }
}
