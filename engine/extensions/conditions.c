/* engine/extensions/conditions.c -- see conditions.h. */
#include "engine/extensions/conditions.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/memory.h"

const char *const predicate_names[PREDICATE_FUNCTION + 1] = {
    [PREDICATE_ALWAYS] = "always_true", [PREDICATE_FIRST_EPOCH] = "has_done_epochs"
};

static void condition_fini(struct condition *condition)
{
    free(condition->predicate.name);
    script_function_free(condition->predicate.function);
    for (size_t i = 0; i < condition->argument_count; i++)
        value_fini(&condition->arguments[i]);
    free(condition->arguments);
}

void condition_list_add(struct condition_list *list, struct condition condition)
{
    list->items = memory_room(list->items, list->count, &list->capacity, sizeof *list->items);
    list->items[list->count++] = condition;
}

void condition_list_fini(struct condition_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        condition_fini(&list->items[i]);
    free(list->items);
    *list = (struct condition_list){ 0 };
}

unsigned condition_list_callbacks(const struct condition_list *list)
{
    unsigned callbacks = 0;

    for (size_t i = 0; i < list->count; i++)
        callbacks |= CALLBACK_BIT(list->items[i].callback);
    return callbacks;
}

static bool counter_holds(const struct predicate *predicate, const struct log *log)
{
    const struct log_counters *counters = log_counters(log);
    int64_t counter = predicate->epochs ? counters->epochs_done : counters->iterations_done;
    bool every = predicate->kind == PREDICATE_EVERY;

    if (predicate->whole)
        return (every ? counter % predicate->integer : counter - predicate->integer) == 0;
    return (every ? fmod((double)counter, predicate->real) : (double)counter - predicate->real) == 0;
}

static bool status_holds(const struct predicate *predicate, const struct log *log)
{
    struct value value;
    double real;
    bool holds;

    if (!log_status_get(log, predicate->name, &value))
        return false;
    holds = value_as_real(&value, &real) && real >= predicate->real;
    value_fini(&value);
    return holds;
}

bool predicate_holds(const struct predicate *predicate, const struct log *log, bool *out, struct error *err)
{
    switch (predicate->kind) {
    case PREDICATE_ALWAYS:
        *out = true;
        return true;
    case PREDICATE_FIRST_EPOCH:
        *out = log_counters(log)->epochs_done == 0;
        return true;
    case PREDICATE_EVERY:
    case PREDICATE_EQUAL:
        *out = counter_holds(predicate, log);
        return true;
    case PREDICATE_RECORD:
        *out = log_current_truthy(log, predicate->name);
        return true;
    case PREDICATE_STATUS:
        *out = status_holds(predicate, log);
        return true;
    case PREDICATE_FUNCTION:
        return script_function_call_truth(predicate->function, &SCRIPT_LOG_ARGUMENT(predicate->log_port), 1,
                                          out, err);
    }
    return false;
}
