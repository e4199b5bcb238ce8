/* tests/definition/test_describe.c -- components as the catalogue shows them. */
#include "engine/definition/describe.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/error.h"
#include "tests/definition/kitchen.h"
#include "tests/definition/suites.h"

static const struct {
    const char *name, *entry;
} members[] = {
    { "plates",
      "{\"name\":\"plates\",\"type\":\"integer\",\"about\":\"How many plates fit.\",\"required\":true,"
      "\"nullable\":false,\"default\":null,\"minimum\":1,\"exclusive_minimum\":null,\"maximum\":8,"
      "\"count_minimum\":null,\"count_maximum\":null,\"choices\":null,\"family\":null,\"unit\":null,"
      "\"live\":false}" },
    { "degrees",
      "{\"name\":\"degrees\",\"type\":\"real\",\"about\":\"How hot it gets.\",\"required\":false,"
      "\"nullable\":true,\"default\":180.5,\"minimum\":null,\"exclusive_minimum\":0,\"maximum\":null,"
      "\"count_minimum\":null,\"count_maximum\":null,\"choices\":null,\"family\":null,\"unit\":\"°C\","
      "\"live\":true}" },
    { "mode",
      "{\"name\":\"mode\",\"type\":\"choice\",\"about\":\"Where the heat comes from.\",\"required\":false,"
      "\"nullable\":false,\"default\":\"grill\",\"minimum\":null,\"exclusive_minimum\":null,\"maximum\":null,"
      "\"count_minimum\":null,\"count_maximum\":null,\"choices\":[\"bake\",\"grill\"],\"family\":null,"
      "\"unit\":null,\"live\":false}" },
    { "shelves",
      "{\"name\":\"shelves\",\"type\":\"components\",\"about\":\"Inside.\",\"required\":false,"
      "\"nullable\":false,\"default\":null,\"minimum\":null,\"exclusive_minimum\":null,\"maximum\":null,"
      "\"count_minimum\":null,\"count_maximum\":2,\"choices\":null,\"family\":\"kitchen_parts\","
      "\"unit\":null,\"live\":false}" },
    { "sizes",
      "{\"name\":\"sizes\",\"type\":\"integers\",\"about\":\"Of the plates.\",\"required\":false,"
      "\"nullable\":false,\"default\":[1, 2],\"minimum\":1,\"exclusive_minimum\":null,\"maximum\":null,"
      "\"count_minimum\":null,\"count_maximum\":3,\"choices\":null,\"family\":null,\"unit\":null,"
      "\"live\":false}" },
};

START_TEST(an_argument_has_every_member)
{
    cJSON *entries = describe_params(oven_params);
    const cJSON *entry;
    char *text = NULL;

    ck_assert_int_eq(cJSON_GetArraySize(entries), 14);
    cJSON_ArrayForEach(entry, entries)
    {
        if (strcmp(cJSON_GetObjectItemCaseSensitive(entry, "name")->valuestring, members[_i].name) == 0)
            text = cJSON_PrintUnformatted(entry);
    }
    ck_assert_pstr_eq(text, members[_i].entry);
    free(text);
    cJSON_Delete(entries);
}
END_TEST

START_TEST(an_object_has_those_of_its_table)
{
    cJSON *entries = describe_params(param_find(oven_params, "timer"));
    const cJSON *timer = cJSON_GetArrayItem(entries, 0);
    const cJSON *inner = cJSON_GetObjectItemCaseSensitive(timer, "members");

    ck_assert_str_eq(cJSON_GetObjectItemCaseSensitive(timer, "type")->valuestring, "object");
    ck_assert_int_eq(cJSON_GetArraySize(inner), 3);
    ck_assert_str_eq(cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(inner, 0), "about")->valuestring,
                     "How long it runs.");
    cJSON_Delete(entries);
}
END_TEST

START_TEST(a_family_is_listed_in_its_order)
{
    static const char *const names[] = { "Oven", "Shelf", "Lamp" };
    static const int argument_counts[] = { 15, 4, 2 }; /* The label of an oven hides the common one. */
    cJSON *entries = describe_family(&kitchen_family);

    ck_assert_int_eq(cJSON_GetArraySize(entries), 3);
    for (int i = 0; i < 3; i++) {
        const cJSON *entry = cJSON_GetArrayItem(entries, i);
        const cJSON *schema = cJSON_GetObjectItemCaseSensitive(entry, "schema");

        ck_assert_str_eq(cJSON_GetObjectItemCaseSensitive(entry, "name")->valuestring, names[i]);
        ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(entry, "arguments")),
                         argument_counts[i]);
        ck_assert_str_eq(cJSON_GetObjectItemCaseSensitive(schema, "title")->valuestring, names[i]);
        ck_assert_int_eq(cJSON_GetObjectItemCaseSensitive(schema, "$defs") != NULL, i < 2);
    }
    cJSON_Delete(entries);
}
END_TEST

Suite *describe_suite(void)
{
    Suite *suite = suite_create("describe");
    TCase *tcase = tcase_create("describe");

    tcase_add_loop_test(tcase, an_argument_has_every_member, 0, COUNT(members));
    tcase_add_test(tcase, an_object_has_those_of_its_table);
    tcase_add_test(tcase, a_family_is_listed_in_its_order);
    suite_add_tcase(suite, tcase);
    return suite;
}
