/* tests/conformance/translate.c -- extensions of a case as they are written in a definition of ours; see
 * job.h.
 *
 * Blocks' Load is ours with strict false and missing_ok true; choosers, functions and expressions become Lua.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/conformance/job.h"
#include "tests/conformance/python_expression.h"

static void set(cJSON *object, const char *key, cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    cJSON_AddItemToObject(object, key, value);
}

static void set_text(cJSON *object, const char *key, struct text *text)
{
    set(object, key, cJSON_CreateString(text_bytes(text)));
    text_fini(text);
}

static void translate_modifier(struct job *job, const cJSON *entry, cJSON *object)
{
    struct text lua = { 0 };

    (void)job, (void)entry;
    if (!python_function_to_lua(job_at(object, "function", ""),
                                cJSON_GetObjectItemCaseSensitive(object, "params"), &lua))
        text_add(&lua, " is not understood");
    set_text(object, "function", &lua);
    cJSON_DeleteItemFromObjectCaseSensitive(object, "params");
}

static void translate_chooser(struct job *job, const cJSON *entry, cJSON *object)
{
    (void)job, (void)entry;
    if (strcmp(job_at(object, "choose_best", ""), "closest_to_zero") == 0)
        set(object, "choose_best",
            cJSON_CreateString(
                "function(a, b) local function size(v) return v == true and 1 or v and math.abs(v) or 0 end "
                "if size(a) < size(b) then return a else return b end end"));
}

static const cJSON *entry_in(const cJSON *entries, const char *id)
{
    const cJSON *entry, *inside;

    cJSON_ArrayForEach(entry, entries)
    {
        if (strcmp(job_at(entry, "id", ""), id) == 0)
            return entry;
        inside = entry_in(cJSON_GetObjectItemCaseSensitive(entry, "sub_extensions"), id);
        if (inside)
            return inside;
    }
    return NULL;
}

/* A listed checkpoint is named; one that is not belongs to the extension that uses it. */
static void translate_early_stopping(struct job *job, const cJSON *entry, cJSON *object)
{
    const char *id = job_at(object, "checkpoint_extension", NULL);
    const cJSON *checkpoint = id ? entry_in(job->stage->entries, id) : NULL;
    cJSON *inside;

    translate_chooser(job, entry, object);
    if (checkpoint && job->as_in_blocks) {
        cJSON_DeleteItemFromObjectCaseSensitive(object, "checkpoint_extension");
        return;
    }
    if (!checkpoint || !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(checkpoint, "listed")))
        return;
    inside = cJSON_CreateObject();
    cJSON_AddStringToObject(inside, "id", id);
    set(object, "checkpoint_extension", inside);
}

static void translate_load(struct job *job, const cJSON *entry, cJSON *object)
{
    (void)job, (void)entry;
    set(object, "strict", cJSON_CreateFalse());
    set(object, "missing_ok", cJSON_CreateTrue());
}

static void quantity(const char *kind, cJSON *variable)
{
    cJSON *requires = cJSON_AddArrayToObject(variable, "requires");

    (void)kind; /* sum_and_batches is the only one */
    cJSON_AddItemToArray(requires, cJSON_CreateString("x"));
    cJSON_AddStringToObject(variable, "initialize", "function(self) self.sum = 0.0 self.batches = 0 end");
    cJSON_AddStringToObject(variable, "aggregate",
                            "function(self, x) for i = 1, #x do self.sum = self.sum + x[i] end "
                            "self.batches = self.batches + 1 end");
    cJSON_AddStringToObject(variable, "get_aggregated_value",
                            "function(self) return { self.sum, self.batches } end");
}

static void expression(const char *python, struct text *out)
{
    struct text plain = { 0 };
    const char *count = "count(x)";

    for (const char *at = python; *at;) { /* The number of elements is a sum of ones. */
        if (strncmp(at, count, strlen(count)) == 0) {
            text_add(&plain, "sum(x * 0 + 1)");
            at += strlen(count);
        } else {
            text_add_char(&plain, *at++);
        }
    }
    if (!python_to_lua(text_bytes(&plain), out))
        text_add(out, " not understood");
    text_fini(&plain);
}

static cJSON *translate_variable(const cJSON *theirs)
{
    cJSON *ours = cJSON_CreateObject();
    const char *scheme = job_at(theirs, "scheme", "default");
    const cJSON *denominator = cJSON_GetObjectItemCaseSensitive(theirs, "denominator");
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(theirs, "name");
    struct text lua = { 0 };

    if (name)
        cJSON_AddItemToObject(ours, "name", cJSON_Duplicate(name, true));
    if (cJSON_GetObjectItemCaseSensitive(theirs, "quantity")) {
        quantity(job_at(theirs, "quantity", ""), ours);
        return ours;
    }
    expression(job_at(theirs, "expression", ""), &lua);
    cJSON_AddStringToObject(ours, "variable", text_bytes(&lua));
    text_clear(&lua);
    cJSON_AddStringToObject(ours, "aggregation", scheme);
    if (cJSON_IsNumber(denominator)) {
        cJSON_AddItemToObject(ours, "denominator", cJSON_Duplicate(denominator, true));
    } else if (strcmp(scheme, "mean") == 0 || strcmp(scheme, "perplexity") == 0) {
        expression(cJSON_IsString(denominator) ? denominator->valuestring : "count(x)", &lua);
        cJSON_AddStringToObject(ours, "denominator", text_bytes(&lua));
    }
    text_fini(&lua);
    return ours;
}

static void translate_monitoring(struct job *job, const cJSON *entry, cJSON *object)
{
    cJSON *variables = cJSON_CreateArray();
    const cJSON *variable;

    (void)job;
    cJSON_ArrayForEach(variable, cJSON_GetObjectItemCaseSensitive(object, "variables"))
    {
        cJSON_AddItemToArray(variables, cJSON_IsObject(variable) ? translate_variable(variable)
                                                                 : cJSON_Duplicate(variable, true));
    }
    set(object, "variables", variables);
    if (cJSON_GetObjectItemCaseSensitive(object, "data"))
        set(object, "data_stream", cJSON_CreateString(job_at(entry, "id", "")));
    cJSON_DeleteItemFromObjectCaseSensitive(object, "data");
}

static const struct {
    const char *type;
    void (*translate)(struct job *job, const cJSON *entry, cJSON *object);
} translations[] = {
    { "SharedVariableModifier", translate_modifier }, { "TrackTheBest", translate_chooser },
    { "EarlyStopping", translate_early_stopping },    { "Load", translate_load },
    { "DataStreamMonitoring", translate_monitoring }, { "TrainingDataMonitoring", translate_monitoring },
};

static bool is_on_interrupt(const cJSON *callback)
{
    return cJSON_IsString(callback) && strcmp(callback->valuestring, "on_interrupt") == 0;
}

/* Without on_interrupt: the trigger is off, and conditions do not name it. */
static void silence(cJSON *object, bool has_triggers)
{
    cJSON *condition;

    if (has_triggers)
        set(object, "on_interrupt", cJSON_CreateFalse());
    cJSON_ArrayForEach(condition, cJSON_GetObjectItemCaseSensitive(object, "conditions"))
    {
        cJSON *callbacks = cJSON_GetObjectItemCaseSensitive(condition, "callbacks");

        for (int i = cJSON_GetArraySize(callbacks) - 1; i >= 0; i--)
            if (is_on_interrupt(cJSON_GetArrayItem(callbacks, i)))
                cJSON_DeleteItemFromArray(callbacks, i);
    }
}

static void add_best_condition(const cJSON *arguments, cJSON *object)
{
    cJSON *condition = cJSON_CreateObject(), *predicate;
    cJSON *conditions = cJSON_GetObjectItemCaseSensitive(object, "conditions");
    struct text notification = { 0 };

    if (!conditions)
        conditions = cJSON_AddArrayToObject(object, "conditions");
    cJSON_AddItemToArray(conditions, condition);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(condition, "callbacks"), cJSON_CreateString("after_batch"));
    text_format(&notification, "%s_best_so_far", job_at(arguments, "record_name", ""));
    predicate = cJSON_AddObjectToObject(condition, "predicate");
    cJSON_AddStringToObject(predicate, "record",
                            job_at(arguments, "notification_name", text_bytes(&notification)));
    cJSON_AddItemToArray(cJSON_AddArrayToObject(condition, "arguments"),
                         cJSON_CreateString(job_at(arguments, "checkpoint_filename", "")));
    text_fini(&notification);
}

/* As in Blocks: a checkpoint that early stopping uses saves the best on after_batch.  What is inside others
 * is built before them. */
static void add_best_conditions(const cJSON *entries, const char *id, cJSON *object)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, entries)
    {
        const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(entry, "args");

        add_best_conditions(cJSON_GetObjectItemCaseSensitive(entry, "sub_extensions"), id, object);
        if (strcmp(job_at(arguments, "checkpoint_extension", ""), id) == 0)
            add_best_condition(arguments, object);
    }
}

static void add_members(cJSON *object, const cJSON *members)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, members)
    {
        cJSON_AddItemToObject(object, member->string, cJSON_Duplicate(member, true));
    }
}

cJSON *translate_extension(struct job *job, const cJSON *entry)
{
    cJSON *object = cJSON_CreateObject();
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(entry, "name");
    const cJSON *conditions = cJSON_GetObjectItemCaseSensitive(entry, "conditions");
    const char *type = job_at(entry, "type", "");
    bool simple = strcmp(type, "RawProbe") != 0 && strcmp(type, "ProgressBar") != 0;

    cJSON_AddStringToObject(object, "type", type);
    if (name)
        cJSON_AddItemToObject(object, "name", cJSON_Duplicate(name, true));
    add_members(object, cJSON_GetObjectItemCaseSensitive(entry, "args"));
    for (size_t i = 0; i < COUNT(translations); i++)
        if (strcmp(translations[i].type, type) == 0)
            translations[i].translate(job, entry, object);
    if (strcmp(type, "CompositeExtension") == 0)
        set(object, "sub_extensions", cJSON_CreateArray()); /* built one by one and added */
    add_members(object, cJSON_GetObjectItemCaseSensitive(entry, "triggers"));
    if (conditions)
        cJSON_AddItemToObject(object, "conditions", cJSON_Duplicate(conditions, true));
    if (job->as_in_blocks)
        silence(object, simple);
    if (job->as_in_blocks && strcmp(type, "Checkpoint") == 0)
        add_best_conditions(job->stage->entries, job_at(entry, "id", "?"), object);
    return object;
}
