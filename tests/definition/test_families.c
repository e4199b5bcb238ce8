/* tests/definition/test_families.c -- every table of the engine is sound: presets bind, fields lie in their
 * structs, choices and families are there, and people are told what things are. */
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/bricks/brick.h"
#include "engine/bricks/costs/cost.h"
#include "engine/bricks/initialization/initialization.h"
#include "engine/data/inline_dataset.h"
#include "engine/data/schemes.h"
#include "engine/data/stream_settings.h"
#include "engine/data/transformers.h"
#include "engine/definition/bind.h"
#include "engine/definition/schema.h"
#include "engine/definition/settings.h"
#include "engine/extensions/extensions.h"
#include "engine/rules/step_rule.h"
#include "tests/definition/suites.h"

static const struct family *const families[] = {
    &brick_family,          &cost_family,   &extension_family, &initialization_family,
    &inline_dataset_family, &scheme_family, &step_rule_family, &transformer_family,
};

enum { SETTINGS_BYTES_MAX = 4096 };

static void check_preset(const struct param *param)
{
    _Alignas(max_align_t) char settings[SETTINGS_BYTES_MAX] = { 0 };
    const struct param table[] = { *param, PARAM_END };
    struct json_document document;
    struct error_list errors = { 0 };
    struct binder binder = { .document = &document, .errors = &errors };

    ck_assert(json_document_read(&document, "{}", 2, &json_limits_definition, &errors));
    if (!bind_object(&binder, document.root, NULL, table, settings))
        ck_abort_msg("%s: %s: %s", param->name, param->preset, errors.items[0].message);
    json_document_fini(&document);
}

static void check_table(const struct param *params, size_t settings_size);

static void check_param(const struct param *param, size_t settings_size)
{
    ck_assert_uint_le(settings_size, SETTINGS_BYTES_MAX);
    ck_assert_uint_lt(param->offset, settings_size);
    ck_assert_msg(param->about && param->about[strlen(param->about) - 1] == '.', "%s: about", param->name);
    ck_assert_msg(!param->required || !param->preset, "%s: required, with a preset", param->name);
    ck_assert_msg((param->kind == PARAM_CHOICE) == (param->choices != NULL), "%s: choices", param->name);
    ck_assert_msg((param->kind == PARAM_COMPONENT || param->kind == PARAM_COMPONENTS) ==
                      (param->family != NULL),
                  "%s: family", param->name);
    ck_assert_msg((param->kind == PARAM_OBJECT) == (param->members != NULL), "%s: members", param->name);
    ck_assert_msg(!param->accepts || param->kind == PARAM_JSON, "%s: accepts", param->name);
    if (param->members)
        check_table(param->members, param->members_size);
    if (param->preset)
        check_preset(param);
    cJSON_Delete(schema_of_param(param, "#/")); /* which parses its schema */
}

static void check_table(const struct param *params, size_t settings_size)
{
    for (size_t i = 0; i < param_count(params); i++) {
        ck_assert_msg(param_find(params, params[i].name) == &params[i], "%s: twice", params[i].name);
        ck_assert_str_ne(params[i].name, "type");
        check_param(&params[i], settings_size);
    }
}

START_TEST(tables_are_sound)
{
    const struct family *family = families[_i];

    ck_assert(family->name && family->plural && family->types[0]);
    check_table(family->common, family->common_size);
    for (size_t i = 0; family->types[i]; i++) {
        const struct component_type *type = family->types[i];

        ck_assert_msg(family_find(family, type->name) == type, "%s: twice", type->name);
        ck_assert_msg(type->about && type->about[strlen(type->about) - 1] == '.', "%s: about", type->name);
        check_table(type->params, type->settings_size);
    }
}
END_TEST

START_TEST(sections_are_sound)
{
    check_table(job_params, sizeof(struct job_settings));
    check_table(stream_params, sizeof(struct stream_settings));
}
END_TEST

START_TEST(plurals_differ)
{
    for (size_t i = 0; i < COUNT(families); i++)
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(families[i]->plural, families[k]->plural);
}
END_TEST

START_TEST(the_schema_of_conditions_names_every_callback)
{
    cJSON *schema = schema_of_param(param_find(extension_common_params, "conditions"), "#/");
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(schema, "items");
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(items, "properties");
    const cJSON *callbacks = cJSON_GetObjectItemCaseSensitive(properties, "callbacks");
    const cJSON *names =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(callbacks, "items"), "enum");

    ck_assert_int_eq(cJSON_GetArraySize(names), CALLBACK_COUNT);
    for (int i = 0; i < CALLBACK_COUNT; i++)
        ck_assert_str_eq(cJSON_GetArrayItem(names, i)->valuestring, callback_names[i]);
    cJSON_Delete(schema);
}
END_TEST

Suite *families_suite(void)
{
    Suite *suite = suite_create("families");
    TCase *tcase = tcase_create("families");

    tcase_add_loop_test(tcase, tables_are_sound, 0, COUNT(families));
    tcase_add_test(tcase, sections_are_sound);
    tcase_add_test(tcase, plurals_differ);
    tcase_add_test(tcase, the_schema_of_conditions_names_every_callback);
    suite_add_tcase(suite, tcase);
    return suite;
}
