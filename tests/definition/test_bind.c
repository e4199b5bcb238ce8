/* tests/definition/test_bind.c -- objects bound by a table: values, presets, and every error in its place. */
#include "engine/definition/bind.h"

#include <math.h>
#include <string.h>

#include "engine/base/text.h"
#include "tests/definition/kitchen.h"
#include "tests/definition/suites.h"

static struct json_document document;
static struct error_list errors;
static struct oven oven;

static void setup(void)
{
    document = (struct json_document){ 0 };
    errors = (struct error_list){ 0 };
    oven = (struct oven){ 0 };
}

static void teardown(void)
{
    json_document_fini(&document);
    error_list_fini(&errors);
}

static bool bind(const char *text)
{
    struct binder binder = { .document = &document, .errors = &errors };

    ck_assert(json_document_read(&document, text, strlen(text), &json_limits_definition, &errors));
    return bind_object(&binder, document.root, NULL, oven_params, &oven);
}

START_TEST(every_kind_is_bound)
{
    ck_assert(bind(
        "{\"hot\": false, \"plates\": 8, \"degrees\": 0.5, \"label\": \"ä\", \"mode\": \"bake\","
        " \"recipe\": \"return 1\", \"sizes\": [3, 9e15], \"weights\": [-1, 0.25], \"names\": [\"a\", \"\"],"
        " \"lamp\": {\"type\": \"Lamp\"}, \"shelves\": [{\"type\": \"Shelf\", \"height\": -3}, \"Lamp\"],"
        " \"notes\": [1], \"fan\": false, \"timer\": {\"minutes\": 5, \"bell\": {\"type\": \"Lamp\"}}}"));
    ck_assert_uint_eq(errors.count, 0);
    ck_assert(!oven.hot);
    ck_assert_int_eq(oven.plates, 8);
    ck_assert_double_eq(oven.degrees, 0.5);
    ck_assert_str_eq(oven.label, "ä");
    ck_assert_int_eq(oven.mode, 0);
    ck_assert_str_eq(oven.recipe, "return 1");
    ck_assert_uint_eq(oven.sizes.count, 2);
    ck_assert_int_eq(oven.sizes.items[1], INT64_C(9000000000000000));
    ck_assert_double_eq(oven.weights.items[0], -1.0);
    ck_assert_uint_eq(oven.names.count, 2);
    ck_assert_str_eq(oven.names.items[1], "");
    ck_assert_str_eq(oven.lamp->type->name, "Lamp");
    ck_assert_uint_eq(oven.shelves.count, 2);
    ck_assert_int_eq(((struct shelf *)oven.shelves.items[0]->settings)->height, -3);
    ck_assert_str_eq(oven.shelves.items[1]->pointer, "/shelves/1");
    ck_assert(cJSON_IsArray(oven.notes));
    ck_assert_int_eq(oven.fan, BOOLEAN_FALSE);
    ck_assert_int_eq(oven.timer->minutes, 5);
    ck_assert(oven.timer->rings);
    ck_assert_str_eq(oven.timer->bell->pointer, "/timer/bell");
}
END_TEST

START_TEST(what_is_left_out_is_preset_or_absent)
{
    ck_assert(bind("{\"plates\": 1}"));
    ck_assert(oven.hot);
    ck_assert_double_eq(oven.degrees, 180.5);
    ck_assert_ptr_null(oven.label);
    ck_assert_int_eq(oven.mode, 1);
    ck_assert_ptr_null(oven.recipe);
    ck_assert(oven.sizes.given);
    ck_assert_uint_eq(oven.sizes.count, 2);
    ck_assert_int_eq(oven.sizes.items[1], 2);
    ck_assert(!oven.weights.given);
    ck_assert(!oven.names.given);
    ck_assert_str_eq(oven.lamp->type->name, "Lamp");
    ck_assert_str_eq(oven.lamp->pointer, ""); /* of what leaves it out */
    ck_assert(!oven.shelves.given);
    ck_assert_ptr_null(oven.notes);
    ck_assert_int_eq(oven.fan, BOOLEAN_ABSENT);
    ck_assert_int_eq(oven.timer->minutes, 30);
    ck_assert_ptr_null(oven.timer->bell);
}
END_TEST

START_TEST(null_switches_a_preset_off_where_it_is_allowed)
{
    ck_assert(bind("{\"plates\": 1, \"degrees\": null, \"weights\": null, \"fan\": null, \"timer\": null}"));
    ck_assert_int_eq(oven.fan, BOOLEAN_ABSENT);
    ck_assert_ptr_null(oven.timer);
    ck_assert(isnan(oven.degrees));
    ck_assert(!oven.weights.given);
}
END_TEST

START_TEST(an_empty_list_is_given)
{
    ck_assert(bind("{\"plates\": 1, \"sizes\": [], \"names\": [], \"shelves\": []}"));
    ck_assert(oven.sizes.given && oven.names.given && oven.shelves.given);
    ck_assert_uint_eq(oven.sizes.count + oven.names.count + oven.shelves.count, 0);
}
END_TEST

static const struct {
    const char *text, *pointer;
    enum error_code code;
    const char *message, *hint;
} cases[] = {
    { "[]", "", ERROR_WRONG_TYPE, "an object is needed, not a list", "" },
    { "{}", "/plates", ERROR_MISSING_MEMBER, "the member \"plates\" is missing", "How many plates fit." },
    { "{\"plates\": null}", "/plates", ERROR_WRONG_TYPE, "a whole number is needed, not null",
      "How many plates fit." },
    { "{\"plates\": \"10\"}", "/plates", ERROR_WRONG_TYPE, "a whole number is needed, not the text \"10\"",
      "Leave out the quotes." },
    { "{\"plates\": \"ten\"}", "/plates", ERROR_WRONG_TYPE, "a whole number is needed, not the text \"ten\"",
      "How many plates fit." },
    { "{\"plates\": true}", "/plates", ERROR_WRONG_TYPE, "a whole number is needed, not true",
      "How many plates fit." },
    { "{\"plates\": [1]}", "/plates", ERROR_WRONG_TYPE, "a whole number is needed, not a list",
      "How many plates fit." },
    { "{\"plates\": 1.5}", "/plates", ERROR_WRONG_TYPE, "a whole number is needed, not 1.5",
      "How many plates fit." },
    { "{\"plates\": 0}", "/plates", ERROR_OUT_OF_RANGE, "0 is not between 1 and 8", "How many plates fit." },
    { "{\"plates\": -9}", "/plates", ERROR_OUT_OF_RANGE, "-9 is not between 1 and 8",
      "How many plates fit." },
    { "{\"plates\": 9007199254740993}", "/plates", ERROR_OUT_OF_RANGE,
      "9007199254740992 is too large to be exact",
      "Whole numbers go from -9007199254740991 to 9007199254740991." },
    { "{\"plates\": 1e300}", "/plates", ERROR_OUT_OF_RANGE,
      "1.0000000000000001e+300 is too large to be exact",
      "Whole numbers go from -9007199254740991 to 9007199254740991." },
    { "{\"plates\": 1, \"hot\": 1}", "/hot", ERROR_WRONG_TYPE, "true or false is needed, not 1",
      "Whether it is on." },
    { "{\"plates\": 1, \"hot\": null}", "/hot", ERROR_WRONG_TYPE, "true or false is needed, not null",
      "Whether it is on." },
    { "{\"plates\": 1, \"degrees\": 0}", "/degrees", ERROR_OUT_OF_RANGE, "0 is not greater than 0",
      "How hot it gets." },
    { "{\"plates\": 1, \"degrees\": {}}", "/degrees", ERROR_WRONG_TYPE, "a number is needed, not an object",
      "How hot it gets." },
    { "{\"plates\": 1, \"label\": 7}", "/label", ERROR_WRONG_TYPE, "a text is needed, not 7",
      "What is written on it." },
    { "{\"plates\": 1, \"label\": \"a b\"}", "/label", ERROR_INVALID_VALUE, "\"a b\" holds a space",
      "What is written on it." },
    { "{\"plates\": 1, \"mode\": \"gril\"}", "/mode", ERROR_INVALID_VALUE, "\"gril\" is not a choice here",
      "Did you mean \"grill\"? Possible are: bake, grill." },
    { "{\"plates\": 1, \"mode\": 1}", "/mode", ERROR_WRONG_TYPE, "a text is needed, not 1",
      "Where the heat comes from." },
    { "{\"plates\": 1, \"recipe\": \"\"}", "/recipe", ERROR_INVALID_VALUE, "the function is empty",
      "What to do." },
    { "{\"plates\": 1, \"recipe\": 5}", "/recipe", ERROR_WRONG_TYPE,
      "the text of a function is needed, not 5", "What to do." },
    { "{\"plates\": 1, \"sizes\": 5}", "/sizes", ERROR_WRONG_TYPE, "a list of whole numbers is needed, not 5",
      "Of the plates." },
    { "{\"plates\": 1, \"sizes\": [4, 0]}", "/sizes/1", ERROR_OUT_OF_RANGE, "0 is not at least 1",
      "Of the plates." },
    { "{\"plates\": 1, \"sizes\": [null]}", "/sizes/0", ERROR_WRONG_TYPE,
      "a whole number is needed, not null", "Of the plates." },
    { "{\"plates\": 1, \"sizes\": [1,2,3,4]}", "/sizes", ERROR_OUT_OF_RANGE,
      "4 elements are too many: 3 at most", "Of the plates." },
    { "{\"plates\": 1, \"weights\": [1]}", "/weights", ERROR_OUT_OF_RANGE,
      "1 elements are too few: 2 at least", "Of the plates." },
    { "{\"plates\": 1, \"weights\": [1, \"2\"]}", "/weights/1", ERROR_WRONG_TYPE,
      "a number is needed, not the text \"2\"", "Leave out the quotes." },
    { "{\"plates\": 1, \"names\": \"a\"}", "/names", ERROR_WRONG_TYPE,
      "a list of texts is needed, not the text \"a\"", "Of the cooks." },
    { "{\"plates\": 1, \"names\": [\"a\", {}]}", "/names/1", ERROR_WRONG_TYPE,
      "a text is needed, not an object", "Of the cooks." },
    { "{\"plates\": 1, \"notes\": null}", "/notes", ERROR_WRONG_TYPE, "a value is needed, not null",
      "Anything." },
    { "{\"plates\": 1, \"Hot\": true}", "/Hot", ERROR_UNKNOWN_MEMBER, "unknown member \"Hot\"",
      "Did you mean \"hot\"? Possible are: hot, plates, degrees, label, mode, recipe, sizes, weights, names, "
      "lamp, "
      "shelves, notes, fan, timer." },
    { "{\"plates\": 1, \"a/b\": true}", "/a~1b", ERROR_UNKNOWN_MEMBER, "unknown member \"a/b\"",
      "Possible are: hot, plates, degrees, label, mode, recipe, sizes, weights, names, lamp, shelves, "
      "notes, fan, timer." },
    { "{\"plates\": 1, \"lamp\": 5}", "/lamp", ERROR_WRONG_TYPE,
      "an object with \"type\", or the name of a type, is needed, not 5", "Inside." },
    { "{\"plates\": 1, \"shelves\": {}}", "/shelves", ERROR_WRONG_TYPE,
      "a list of objects is needed, not an object", "Inside." },
    { "{\"plates\": 1, \"shelves\": [\"Lamp\", \"Lamp\", \"Lamp\"]}", "/shelves", ERROR_OUT_OF_RANGE,
      "3 elements are too many: 2 at most", "Inside." },
    { "{\"plates\": 1, \"fan\": 1}", "/fan", ERROR_WRONG_TYPE, "true or false is needed, not 1",
      "Whether it turns." },
    { "{\"plates\": 1, \"timer\": 5}", "/timer", ERROR_WRONG_TYPE, "an object is needed, not 5",
      "When it ends." },
    { "{\"plates\": 1, \"timer\": {}}", "/timer/minutes", ERROR_MISSING_MEMBER,
      "the member \"minutes\" is missing", "How long it runs." },
    { "{\"plates\": 1, \"timer\": {\"minutes\": 0}}", "/timer/minutes", ERROR_OUT_OF_RANGE,
      "0 is not between 1 and 600", "How long it runs." },
    { "{\"plates\": 1, \"timer\": {\"minutes\": 5, \"ring\": true}}", "/timer/ring", ERROR_UNKNOWN_MEMBER,
      "unknown member \"ring\"", "Did you mean \"rings\"? Possible are: minutes, rings, bell." },
};

START_TEST(a_mistake_is_reported_in_its_place)
{
    ck_assert(!bind(cases[_i].text));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].message, cases[_i].message);
    ck_assert_str_eq(errors.items[0].pointer, cases[_i].pointer);
    ck_assert_str_eq(errors.items[0].hint, cases[_i].hint);
    ck_assert_int_eq(errors.items[0].code, cases[_i].code);
}
END_TEST

START_TEST(all_mistakes_are_reported_at_once_and_placed)
{
    static const struct {
        const char *pointer;
        unsigned line, column;
    } wanted[] = {
        { "/plates", 1, 1 },          { "/colour", 2, 12 },  { "/hot", 3, 9 },
        { "/sizes/1", 4, 15 },        { "/sizes/2", 4, 20 }, { "/shelves/0/height", 6, 3 },
        { "/shelves/1/type", 7, 12 },
    };

    ck_assert(
        !bind("{\n \"colour\": \"red\",\n \"hot\": \"yes\",\n \"sizes\": [1, 1.5, {}],\n \"shelves\": [\n"
              "  {\"type\": \"Shelf\"},\n  {\"type\": \"Shef\"}]}"));
    json_locate_errors(document.text, document.length, &errors);
    ck_assert_uint_eq(errors.count, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        ck_assert_str_eq(errors.items[i].pointer, wanted[i].pointer);
        ck_assert_uint_eq(errors.items[i].json_line, wanted[i].line);
        ck_assert_uint_eq(errors.items[i].json_column, wanted[i].column);
    }
}
END_TEST

START_TEST(what_could_not_be_bound_is_absent)
{
    ck_assert(!bind("{\"plates\": 99, \"timer\": {\"minutes\": 0}, \"degrees\": \"x\", \"label\": 1, "
                    "\"mode\": \"x\", \"sizes\": [0],"
                    " \"lamp\": \"Lmp\", \"shelves\": [\"Lamp\", \"Nope\"]}"));
    ck_assert_int_eq(oven.plates, INTEGER_ABSENT);
    ck_assert(isnan(oven.degrees));
    ck_assert_ptr_null(oven.label);
    ck_assert_int_eq(oven.mode, -1);
    ck_assert(!oven.sizes.given && oven.sizes.count == 0);
    ck_assert_ptr_null(oven.lamp);
    ck_assert_uint_eq(oven.shelves.count, 1);
    ck_assert_ptr_null(oven.timer);
    ck_assert_uint_eq(errors.count, 8);
}
END_TEST

struct tray {
    struct integer_list places;
    struct text_list labels;
    struct component_list parts;
    struct integer_list size;
    int64_t legs;
};

static const struct param tray_params[] = {
    PARAM(tray, places, INTEGERS, .bare = true, .min = 0, .max = 9, .count_max = 1),
    PARAM(tray, labels, TEXTS, .bare = true),
    PARAM(tray, parts, COMPONENTS, .family = &kitchen_family, .null_items = true),
    PARAM(tray, size, INTEGERS, .nullable = true, .null_items = true, .min = 1, .max = 9, .count_min = 2),
    PARAM(tray, legs, INTEGER, .preset = "4", .nullable = true, .null_is_preset = true),
    PARAM_END
};

static bool bind_tray(const char *text, struct tray *tray)
{
    struct binder binder = { .document = &document, .errors = &errors };

    *tray = (struct tray){ 0 };
    json_document_fini(&document); /* of the tray before */
    ck_assert(json_document_read(&document, text, strlen(text), &json_limits_definition, &errors));
    return bind_object(&binder, document.root, NULL, tray_params, tray);
}

START_TEST(a_bare_value_is_a_list_of_one_and_null_an_item)
{
    struct tray tray;

    ck_assert(
        bind_tray("{\"places\": 4, \"labels\": \"low\", \"parts\": [\"Lamp\", null, \"Lamp\"]}", &tray));
    ck_assert_uint_eq(tray.places.count, 1);
    ck_assert_int_eq(tray.places.items[0], 4);
    ck_assert_uint_eq(tray.labels.count, 1);
    ck_assert_str_eq(tray.labels.items[0], "low");
    ck_assert_uint_eq(tray.parts.count, 3);
    ck_assert_ptr_nonnull(tray.parts.items[0]);
    ck_assert_ptr_null(tray.parts.items[1]);
    ck_assert_str_eq(tray.parts.items[2]->pointer, "/parts/2");
}
END_TEST

START_TEST(null_can_stand_for_the_preset_and_nulls_for_null)
{
    struct tray tray;

    ck_assert(bind_tray("{\"size\": [null, null], \"legs\": null}", &tray));
    ck_assert(!tray.size.given);
    ck_assert_int_eq(tray.legs, 4);
    ck_assert(bind_tray("{\"size\": [3, 5], \"legs\": 3}", &tray));
    ck_assert_int_eq(tray.size.items[1], 5);
    ck_assert_int_eq(tray.legs, 3);
    ck_assert(!bind_tray("{\"size\": [3, null]}", &tray));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].pointer, "/size/1");
}
END_TEST

START_TEST(a_wrong_bare_value_is_reported_at_the_member)
{
    struct tray tray;

    ck_assert(!bind_tray("{\"places\": 10, \"labels\": null, \"parts\": null}", &tray));
    ck_assert_uint_eq(errors.count, 3);
    ck_assert_str_eq(errors.items[0].pointer, "/places");
    ck_assert_int_eq(errors.items[0].code, ERROR_OUT_OF_RANGE);
    ck_assert_str_eq(errors.items[1].pointer, "/labels");
    ck_assert_str_eq(errors.items[2].pointer, "/parts");
}
END_TEST

START_TEST(long_functions_and_long_texts)
{
    struct text text = { 0 };

    text_add(&text, "{\"plates\": 1, \"label\": [\"");
    for (int i = 0; i < 100; i++)
        text_add(&text, "ä");
    text_add(&text, "\"], \"hot\": \"");
    for (int i = 0; i < 100; i++)
        text_add(&text, "€");
    text_add(&text, "\", \"recipe\": \"");
    for (int i = 0; i <= FUNCTION_BYTES_MAX; i++)
        text_add_char(&text, '-');
    text_add(&text, "\"}");
    ck_assert(!bind(text_bytes(&text)));
    ck_assert_uint_eq(errors.count, 3);
    ck_assert_str_eq(errors.items[0].message,
                     "true or false is needed, not the text \"€€€€€€€€€€€€€€€€€€€€...\"");
    ck_assert_str_eq(errors.items[2].message, "the function has 16385 bytes, more than 16384");
    text_fini(&text);
}
END_TEST

START_TEST(a_text_that_is_no_json_gives_no_document)
{
    ck_assert(!json_document_read(&document, "{\"a\": 01}", 9, &json_limits_definition, &errors));
    ck_assert_ptr_null(document.root);
    ck_assert_uint_eq(errors.count, 1);
}
END_TEST

Suite *bind_suite(void)
{
    Suite *suite = suite_create("bind");
    TCase *tcase = tcase_create("bind");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, every_kind_is_bound);
    tcase_add_test(tcase, what_is_left_out_is_preset_or_absent);
    tcase_add_test(tcase, null_switches_a_preset_off_where_it_is_allowed);
    tcase_add_test(tcase, an_empty_list_is_given);
    tcase_add_loop_test(tcase, a_mistake_is_reported_in_its_place, 0, COUNT(cases));
    tcase_add_test(tcase, all_mistakes_are_reported_at_once_and_placed);
    tcase_add_test(tcase, what_could_not_be_bound_is_absent);
    tcase_add_test(tcase, a_bare_value_is_a_list_of_one_and_null_an_item);
    tcase_add_test(tcase, null_can_stand_for_the_preset_and_nulls_for_null);
    tcase_add_test(tcase, a_wrong_bare_value_is_reported_at_the_member);
    tcase_add_test(tcase, long_functions_and_long_texts);
    tcase_add_test(tcase, a_text_that_is_no_json_gives_no_document);
    suite_add_tcase(suite, tcase);
    return suite;
}
