/* tests/definition/test_schema.c -- tables as JSON Schema. */
#include "engine/definition/schema.h"

#include <stdlib.h>

#include "engine/base/error.h"
#include "tests/definition/kitchen.h"
#include "tests/definition/suites.h"

static void check_json(cJSON *tree, const char *wanted)
{
    char *text = cJSON_PrintUnformatted(tree);

    ck_assert_str_eq(text, wanted);
    free(text);
    cJSON_Delete(tree);
}

static const struct {
    const char *name, *schema;
} members[] = {
    { "hot", "{\"type\":\"boolean\",\"description\":\"Whether it is on.\",\"default\":true}" },
    { "plates",
      "{\"type\":\"integer\",\"minimum\":1,\"maximum\":8,\"description\":\"How many plates fit.\"}" },
    { "degrees",
      "{\"type\":[\"number\",\"null\"],\"exclusiveMinimum\":0,\"description\":\"How hot it gets.\","
      "\"default\":180.5,\"x-unit\":\"°C\",\"x-live\":true}" },
    { "label", "{\"type\":\"string\",\"description\":\"What is written on it.\"}" },
    { "mode",
      "{\"type\":\"string\",\"enum\":[\"bake\",\"grill\"],\"description\":\"Where the heat comes from.\","
      "\"default\":\"grill\"}" },
    { "recipe",
      "{\"type\":\"string\",\"minLength\":1,\"maxLength\":16384,\"contentMediaType\":\"text/x-lua\","
      "\"description\":\"What to do.\"}" },
    { "sizes", "{\"type\":\"array\",\"items\":{\"type\":\"integer\",\"minimum\":1},\"maxItems\":3,"
               "\"description\":\"Of the plates.\",\"default\":[1, 2]}" },
    { "weights", "{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"number\"},\"minItems\":2,"
                 "\"description\":\"Of the plates.\"}" },
    { "names", "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"description\":\"Of the cooks.\"}" },
    { "lamp", "{\"$ref\":\"#/x/kitchen_parts\",\"description\":\"Inside.\",\"default\":\"Lamp\"}" },
    { "shelves", "{\"type\":\"array\",\"items\":{\"$ref\":\"#/x/kitchen_parts\"},\"maxItems\":2,"
                 "\"description\":\"Inside.\"}" },
    { "notes", "{\"description\":\"Anything.\"}" },
    { "fan", "{\"type\":[\"boolean\",\"null\"],\"description\":\"Whether it turns.\"}" },
    { "timer", "{\"type\":[\"object\",\"null\"],\"properties\":{"
               "\"minutes\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":600,\"description\":\"How long "
               "it runs.\"},"
               "\"rings\":{\"type\":\"boolean\",\"description\":\"Whether it is heard.\",\"default\":true},"
               "\"bell\":{\"anyOf\":[{\"$ref\":\"#/x/lamps\"},{\"type\":\"null\"}],\"description\":\"What is "
               "heard.\"}},"
               "\"required\":[\"minutes\"],\"additionalProperties\":false,\"description\":\"When it ends.\","
               "\"default\":{\"minutes\": 30}}" },
};

START_TEST(a_parameter_has_a_schema)
{
    check_json(schema_of_param(param_find(oven_params, members[_i].name), "#/x/"), members[_i].schema);
}
END_TEST

START_TEST(lists_can_take_bare_values_and_null_items)
{
    static const struct param numbers = {
        .name = "n", .kind = PARAM_INTEGERS, .bare = true, .nullable = true
    };
    static const struct param parts = {
        .name = "p", .kind = PARAM_COMPONENTS, .null_items = true, .family = &strict_family
    };

    check_json(schema_of_param(&numbers, "#/"),
               "{\"type\":[\"array\",\"integer\",\"null\"],\"items\":{\"type\":\"integer\"}}");
    check_json(schema_of_param(&parts, "#/"),
               "{\"type\":\"array\",\"items\":{\"anyOf\":[{\"$ref\":\"#/lamps\"},{\"type\":\"null\"}]}}");
}
END_TEST

START_TEST(what_may_be_null_says_so)
{
    static const char *const choices[] = { "a", NULL };
    static const struct param choice = {
        .name = "c", .kind = PARAM_CHOICE, .nullable = true, .choices = choices
    };
    static const struct param component = {
        .name = "c", .kind = PARAM_COMPONENT, .nullable = true, .family = &strict_family
    };

    check_json(schema_of_param(&choice, "#/"), "{\"type\":[\"string\",\"null\"],\"enum\":[\"a\",null]}");
    check_json(schema_of_param(&component, "#/"), "{\"anyOf\":[{\"$ref\":\"#/lamps\"},{\"type\":\"null\"}]}");
}
END_TEST

START_TEST(free_json_says_what_its_owner_accepts)
{
    static const struct param json = {
        .name = "j", .kind = PARAM_JSON, .schema = "{\"enum\": [true, 0], \"maximum\": 1}", .about = "All."
    };

    check_json(schema_of_param(&json, "#/"), "{\"enum\":[true,0],\"maximum\":1,\"description\":\"All.\"}");
}
END_TEST

START_TEST(a_component_has_its_own_and_common_members)
{
    check_json(schema_of_component(&kitchen_family, kitchen_family.types[1], "#/x/"),
               "{\"type\":\"object\",\"properties\":{\"type\":{\"const\":\"Shelf\"},"
               "\"height\":{\"type\":\"integer\",\"description\":\"Above the floor.\"},"
               "\"above\":{\"$ref\":\"#/x/kitchen_parts\",\"description\":\"What stands on it.\"},"
               "\"room\":{\"type\":\"integer\",\"description\":\"Where it stands.\",\"default\":7},"
               "\"label\":{\"type\":\"string\",\"description\":\"Hidden behind the label of an oven.\"}},"
               "\"required\":[\"type\",\"height\"],\"additionalProperties\":false,"
               "\"title\":\"Shelf\",\"description\":\"Holds things.\"}");
}
END_TEST

START_TEST(a_members_own_schema_hides_the_common_one)
{
    cJSON *schema = schema_of_component(&kitchen_family, kitchen_family.types[0], "#/x/");
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    const cJSON *label = cJSON_GetObjectItemCaseSensitive(properties, "label");

    ck_assert_int_eq(cJSON_GetArraySize(properties), 16);
    ck_assert_str_eq(cJSON_GetObjectItemCaseSensitive(label, "description")->valuestring,
                     "What is written on it.");
    cJSON_Delete(schema);
}
END_TEST

START_TEST(a_family_is_one_of_its_types_or_a_name)
{
    cJSON *schema = schema_of_family(&kitchen_family, "#/x/");
    const cJSON *one_of = cJSON_GetObjectItemCaseSensitive(schema, "oneOf");

    ck_assert_int_eq(cJSON_GetArraySize(one_of), 4);
    check_json(cJSON_Duplicate(cJSON_GetArrayItem(one_of, 3), true), "{\"enum\":[\"Lamp\"]}");
    cJSON_Delete(schema);
    schema = schema_of_family(&strict_family, "#/x/");
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(schema, "oneOf")), 1);
    cJSON_Delete(schema);
}
END_TEST

START_TEST(a_schema_can_stand_alone)
{
    cJSON *schema = schema_of_params(oven_params, SCHEMA_DEFINITIONS);
    const cJSON *definitions;

    schema_add_definitions(schema, oven_params, NULL);
    definitions = cJSON_GetObjectItemCaseSensitive(schema, "$defs");
    ck_assert_int_eq(cJSON_GetArraySize(definitions), 2); /* One refers to itself, one is in the timer. */
    ck_assert_str_eq(definitions->child->string, "kitchen_parts");
    cJSON_Delete(schema);
    schema = cJSON_CreateObject();
    schema_add_definitions(schema, NULL, NULL);
    check_json(schema, "{}");
}
END_TEST

START_TEST(numbers_keep_their_bits)
{
    check_json(schema_number(0.1 + 0.2), "0.30000000000000004");
    check_json(schema_number(1e9), "1000000000");
    check_json(schema_number(-2.0), "-2");
    check_json(schema_number(1e-08), "1e-08");
    check_json(schema_number(1e300), "1e+300");
}
END_TEST

Suite *schema_suite(void)
{
    Suite *suite = suite_create("schema");
    TCase *tcase = tcase_create("schema");

    tcase_add_loop_test(tcase, a_parameter_has_a_schema, 0, COUNT(members));
    tcase_add_test(tcase, what_may_be_null_says_so);
    tcase_add_test(tcase, lists_can_take_bare_values_and_null_items);
    tcase_add_test(tcase, a_component_has_its_own_and_common_members);
    tcase_add_test(tcase, a_members_own_schema_hides_the_common_one);
    tcase_add_test(tcase, a_family_is_one_of_its_types_or_a_name);
    tcase_add_test(tcase, a_schema_can_stand_alone);
    tcase_add_test(tcase, numbers_keep_their_bits);
    tcase_add_test(tcase, free_json_says_what_its_owner_accepts);
    suite_add_tcase(suite, tcase);
    return suite;
}
