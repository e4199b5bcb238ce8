/* tests/definition/test_bind_component.c -- components by type, nested, with what their family adds. */
#include <string.h>

#include "engine/definition/bind.h"
#include "tests/definition/kitchen.h"
#include "tests/definition/suites.h"

static struct json_document document;
static struct error_list errors;

static void setup(void)
{
    document = (struct json_document){ 0 };
    errors = (struct error_list){ 0 };
}

static void teardown(void)
{
    json_document_fini(&document);
    error_list_fini(&errors);
}

/* Refuses every function that holds the word "bad"; counts its calls in `context`. */
static bool no_bad_words(void *context, const char *source, const struct json_path *path,
                         struct error_list *list)
{
    ++*(int *)context;
    return !strstr(source, "bad") || REPORT(list, ERROR_SYNTAX, path, "a bad word");
}

static bool bind(const char *text, const struct family *family, struct component **out, int *function_calls)
{
    struct binder binder = {
        .document = &document, .errors = &errors, .check_function = no_bad_words, .context = function_calls
    };

    ck_assert(json_document_read(&document, text, strlen(text), &json_limits_definition, &errors));
    return bind_component(&binder, document.root, NULL, family, out);
}

START_TEST(a_component_has_its_own_and_common_members)
{
    struct component *component;
    int calls = 0;

    ck_assert(
        bind("{\"room\": 3, \"type\": \"Shelf\", \"label\": \"low\", \"height\": 1,"
             " \"above\": {\"type\": \"Oven\", \"plates\": 2, \"label\": \"own\", \"recipe\": \"good\"}}",
             &kitchen_family, &component, &calls));
    const struct shelf *shelf = component->settings;
    const struct place *place = component->common, *above_place = shelf->above->common;
    const struct oven *oven = shelf->above->settings;

    ck_assert_str_eq(component->type->name, "Shelf");
    ck_assert_ptr_eq(component->json, document.root);
    ck_assert_str_eq(component->pointer, "");
    ck_assert_int_eq(place->room, 3);
    ck_assert_str_eq(place->label, "low");
    ck_assert_str_eq(shelf->above->pointer, "/above");
    ck_assert_int_eq(oven->plates, 2);
    ck_assert_int_eq(above_place->room, 7);
    ck_assert_str_eq(oven->label, "own");
    ck_assert_str_eq(above_place->label, "own");
    ck_assert_int_eq(calls, 1);
}
END_TEST

START_TEST(a_text_stands_for_a_type)
{
    struct component *component;
    int calls = 0;

    ck_assert(bind("\"Lamp\"", &kitchen_family, &component, &calls));
    ck_assert_str_eq(component->type->name, "Lamp");
    ck_assert_int_eq(((struct place *)component->common)->room, 7);
    ck_assert(cJSON_IsString(component->json));
}
END_TEST

static const struct {
    const char *text;
    const struct family *family;
    const char *pointer;
    enum error_code code;
    const char *message, *hint;
    bool known; /* the type, so that there is a component */
} cases[] = {
    { "{\"type\": \"Ovn\"}", &kitchen_family, "/type", ERROR_UNKNOWN_TYPE, "there is no kitchen part \"Ovn\"",
      "Did you mean \"Oven\"? Possible are: Oven, Shelf, Lamp.", false },
    { "\"lamp\"", &kitchen_family, "", ERROR_UNKNOWN_TYPE, "there is no kitchen part \"lamp\"",
      "Did you mean \"Lamp\"? Possible are: Oven, Shelf, Lamp.", false },
    { "{}", &kitchen_family, "/type", ERROR_MISSING_MEMBER, "the member \"type\" is missing",
      "Possible are: Oven, Shelf, Lamp.", false },
    { "{\"Type\": \"Lamp\"}", &strict_family, "/type", ERROR_MISSING_MEMBER, "the member \"type\" is missing",
      "Possible are: Lamp.", false },
    { "{\"type\": 5}", &kitchen_family, "/type", ERROR_WRONG_TYPE, "the name of a type is needed, not 5", "",
      false },
    { "\"Lamp\"", &strict_family, "", ERROR_WRONG_TYPE,
      "an object with \"type\" is needed, not the text \"Lamp\"", "", false },
    { "null", &kitchen_family, "", ERROR_WRONG_TYPE,
      "an object with \"type\", or the name of a type, is needed, not null", "", false },
    { "{\"type\": \"Lamp\", \"height\": 1}", &kitchen_family, "/height", ERROR_UNKNOWN_MEMBER,
      "unknown member \"height\"", "Possible are: room, label.", true },
    { "{\"type\": \"Lamp\", \"height\": 1}", &strict_family, "/height", ERROR_UNKNOWN_MEMBER,
      "unknown member \"height\"", "", true },
    { "\"Shelf\"", &kitchen_family, "/height", ERROR_MISSING_MEMBER, "the member \"height\" is missing",
      "Above the floor.", true },
    { "{\"type\": \"Shelf\", \"height\": 1, \"above\": {\"type\": \"Shelf\", \"height\": 1, \"above\": "
      "\"Hob\"}}",
      &kitchen_family, "/above/above", ERROR_UNKNOWN_TYPE, "there is no kitchen part \"Hob\"",
      "Possible are: Oven, Shelf, Lamp.", true },
    { "{\"type\": \"Oven\", \"plates\": 1, \"recipe\": \"bad\"}", &kitchen_family, "/recipe", ERROR_SYNTAX,
      "a bad word", "What to do.", true },
};

START_TEST(a_wrong_component_is_reported)
{
    struct component *component;
    int calls = 0;

    ck_assert(!bind(cases[_i].text, cases[_i].family, &component, &calls));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].message, cases[_i].message);
    ck_assert_str_eq(errors.items[0].pointer, cases[_i].pointer);
    ck_assert_str_eq(errors.items[0].hint, cases[_i].hint);
    ck_assert_int_eq(errors.items[0].code, cases[_i].code);
    ck_assert_int_eq(component != NULL, cases[_i].known);
}
END_TEST

Suite *bind_component_suite(void)
{
    Suite *suite = suite_create("bind_component");
    TCase *tcase = tcase_create("bind_component");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_component_has_its_own_and_common_members);
    tcase_add_test(tcase, a_text_stands_for_a_type);
    tcase_add_loop_test(tcase, a_wrong_component_is_reported, 0, COUNT(cases));
    suite_add_tcase(suite, tcase);
    return suite;
}
