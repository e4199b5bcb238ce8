/* tests/script/test_record_names.c -- the records that a function names. */
#include <string.h>

#include "engine/base/text.h"
#include "engine/script/record_names.h"
#include "tests/script/bench.h"
#include "tests/script/suites.h"

#define ROW "self.main_loop.log.current_row"

/* Read records as "name", written ones as "=name"; "..." at the end when there may be others. */
static const struct {
    const char *body, *records;
} cases[] = {
    { "", "" },
    { ROW ".a = 1", "=a " },
    { ROW "['a'] = " ROW "[\"b\"]", "=a b " },
    { "local row = " ROW " row.a = row.b or row.c == 2", "=a b c " },
    { "local log = self.main_loop.log if log.current_row.a then log.current_row.b = 1 end", "a =b " },
    { "local row = " ROW " row.a, row.b = 1, 2", "=a =b " },
    { "local row = " ROW " if row and row.a then return row ~= nil end", "a " },
    { "local row = self.main_loop.log.previous_row return row.a", "" },
    { "local row = " ROW " self.row.a = 1", "" },
    { ROW "[which] = 1", "..." },
    { "local row = " ROW " row['a' .. 1] = 1", "..." },
    { "for name in pairs(" ROW ") do end", "..." },
    { "local row, other = " ROW ", 1 row.a = 1", "..." },
    { "local row = " ROW " local function f() row.a = 1 end f(row)", "=a ..." },
    { "-- " ROW ".a\nlocal s = 'current_row.b' .. [[current_row.c]]", "" },
    { ROW " = 1", "..." },
    { "local row = " ROW " row.a = 1 local row = " ROW " row.b = 2", "=a =b " },
};

static void note(void *context, const char *record, bool written)
{
    text_format(context, "%s%s ", written ? "=" : "", record);
}

START_TEST(records_are_found)
{
    struct text source = { 0 }, found = { 0 };

    text_format(&source, "function(self, which) %s end", cases[_i].body);
    if (script_records_each(text_bytes(&source), note, &found))
        text_add(&found, "...");
    ck_assert_msg(strcmp(text_bytes(&found), cases[_i].records) == 0, "%s: %s", cases[_i].body,
                  text_bytes(&found));
    text_fini(&source);
    text_fini(&found);
}
END_TEST

Suite *record_names_suite(void)
{
    Suite *suite = suite_create("record names");
    TCase *tests = tcase_create("all");

    tcase_add_loop_test(tests, records_are_found, 0, COUNT(cases));
    suite_add_tcase(suite, tests);
    return suite;
}
