/* engine/definition/read.c -- see read.h. */
#include "engine/definition/read.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/definition/assembly.h"
#include "engine/definition/definition.h"
#include "engine/definition/hints.h"
#include "engine/definition/plan.h"
#include "engine/definition/schedule.h"
#include "engine/script/function.h"

/* Everything that can be said section by section. */
static void read_sections(struct definition *definition, struct binder *binder,
                          const struct dataset_source *datasets)
{
    const struct json_path root = { 0 };

    if (!cJSON_IsObject(definition->document.root)) {
        REPORT(binder->errors, ERROR_WRONG_TYPE, &root, "a definition has to be an object");
        return;
    }
    bind_object(binder, definition->document.root, &root, job_params, &definition->settings);
    definition_read_labels(definition, binder);
    definition_read_streams(definition, binder, datasets);
    definition_read_bricks(definition, binder);
    definition_read_variables(definition, binder);
    definition_read_shared(definition, binder);
}

/* Builds the job once, without laying out its memory: shapes, names and meanings are checked by what will
 * run. */
static void try_assembly(struct definition *definition, struct error_list *errors)
{
    struct assembly *assembly = assembly_new(definition, NULL, true, errors);

    if (assembly) {
        struct schedule schedule;
        schedule_init(&schedule, assembly);
        definition->batches = schedule.batches;
        schedule_fini(&schedule);
        plan_write(assembly, &definition->plan, errors);
    }
    assembly_free(assembly);
}

struct definition *definition_read(const char *text, size_t length, const struct dataset_source *datasets,
                                   struct error_list *errors)
{
    struct definition *definition = memory_new(1, sizeof(*definition));
    struct binder binder = { .document = &definition->document,
                             .errors = errors,
                             .check_function = script_check_function };
    size_t errors_before = errors->count;

    definition->text = memory_text_n(text, length);
    sha256_of(text, length, definition->sha256);
    if (json_document_read(&definition->document, definition->text, length, &json_limits_definition,
                           errors)) {
        read_sections(definition, &binder, datasets);
        try_assembly(definition, errors);
        json_locate_errors(definition->text, length, errors);
    }
    if (errors->count == errors_before)
        return definition;
    definition_hint_errors(errors, errors_before);
    definition_free(definition);
    return NULL;
}

void definition_free(struct definition *definition)
{
    if (!definition)
        return;
    for (size_t i = 0; i < definition->stream_count; i++)
        dataset_unref(definition->streams[i].dataset);
    json_document_fini(&definition->document);
    text_fini(&definition->plan);
    free(definition->text);
    free(definition);
}

const char *definition_name(const struct definition *definition)
{
    return definition->settings.name;
}

const char *definition_labels(const struct definition *definition)
{
    return definition->labels;
}

int64_t definition_priority(const struct definition *definition)
{
    return definition->settings.priority;
}

int64_t definition_threads(const struct definition *definition)
{
    return definition->settings.threads;
}

int64_t definition_max_attempts(const struct definition *definition)
{
    return definition->settings.max_attempts;
}

double definition_autosave_s(const struct definition *definition)
{
    const struct autosave_settings *autosave = definition->settings.autosave;

    return autosave ? autosave->every_s : 0;
}

int64_t definition_batches(const struct definition *definition)
{
    return definition->batches;
}

const char *const *definition_datasets(const struct definition *definition)
{
    return definition->datasets;
}

void definition_plan(const struct definition *definition, struct text *out_json)
{
    text_add_n(out_json, text_bytes(&definition->plan), definition->plan.length);
}
