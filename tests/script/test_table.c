/* tests/script/test_table.c -- the self of an extension, kept from call to call and from process to process.
 */
#include "engine/script/table.h"

#include <stdlib.h>
#include <string.h>

#include "tests/script/bench.h"
#include "tests/script/suites.h"

static bool run(struct script *script, struct script_table *table, const char *source, char **out,
                struct error *err)
{
    const struct script_argument self = SCRIPT_TABLE_ARGUMENT(table);

    return bench_run(script, source, &self, 1, out, err);
}

static void expect(struct script *script, struct script_table *table, const char *source,
                   const char *expected)
{
    struct error err = { 0 };
    char *text;

    ck_assert_msg(run(script, table, source, &text, &err), "%s: %s", source, err.message);
    ck_assert_msg(!strcmp(text, expected), "%s: %s instead of %s", source, text, expected);
    free(text);
}

static struct script_table *make(struct script *script)
{
    struct error err;
    struct script_table *table = script_table_new(script, "self", &err);

    ck_assert_ptr_nonnull(table);
    return table;
}

START_TEST(members_stay_from_call_to_call)
{
    struct script *script = bench_script(1);
    struct script_table *self = make(script), *other = make(script);

    for (int i = 1; i <= 3; i++) {
        const char *const expected[] = { "0", "1", "2", "3" };

        expect(script, self, "function(self) self.seen = (self.seen or 0) + 1 return self.seen end",
               expected[i]);
    }
    expect(script, other, "function(self) return self.seen == nil end", "True");
    script_table_free(self);
    script_table_free(other);
    script_free(script);
}
END_TEST

/* What a first function leaves in self, and what a second finds there after saving and loading. */
static const struct {
    const char *fill, *look, *expected, *saved; /* saved: as JSON; NULL: not compared */
} trips[] = {
    { "function(self) end", "function(self) return next(self) == nil end", "True", "{\"members\":{}}" },
    { "function(self) self.a, self.b, self.c, self.d = 1, 2.5, 'x', false end",
      "function(self) return {self.a, self.b, self.c, self.d} end", "[1, 2.5, 'x', False]",
      "{\"members\":{\"a\":1,\"b\":2.5,\"c\":\"x\",\"d\":false}}" },
    { "function(self) self.l = {1, {2, 3}, 'x'} end", "function(self) return self.l end", "[1, [2, 3], 'x']",
      "{\"members\":{\"l\":{\"list\":[1,{\"list\":[2,3]},\"x\"]}}}" },
    /* Numbers that JSON would change. */
    { "function(self) self.r = 2.0 self.z = -0.0 end",
      "function(self) return tostring(self.r) .. tostring(self.z) end", "2.0-0.0",
      "{\"members\":{\"r\":{\"real\":\"2.0\"},\"z\":{\"real\":\"-0.0\"}}}" },
    { "function(self) self.n, self.i, self.m = 0/0, 1/0, -1/0 end",
      "function(self) return self.n ~= self.n and self.i == math.huge and self.m == -math.huge end", "True",
      NULL },
    { "function(self) self.big = math.maxinteger self.small = math.mininteger self.odd = 2^53 | 0 end",
      "function(self) return {self.big, self.small, self.odd} end",
      "[9223372036854775807, -9223372036854775808, 9007199254740992]", NULL },
    { "function(self) self.r = 0.1 + 0.2 self.t = 5e-324 end",
      "function(self) return self.r == 0.1 + 0.2 and self.t == 5e-324 end", "True", NULL },
    /* Keys of every kind. */
    { "function(self) self.h = {[10] = 'a', [2.5] = 'b', x = 'c', [true] = 'd', [-1] = 'e'} end",
      "function(self) local h = self.h return h[10] .. h[2.5] .. h.x .. h[true] .. h[-1] end", "abcde",
      "{\"members\":{\"h\":{\"pairs\":[[-1,\"e\"],[2.5,\"b\"],[10,\"a\"],[\"x\",\"c\"],[true,\"d\"]]}}}" },
    { "function(self) self[1] = 'one' self[2] = 'two' end", "function(self) return self[1] .. self[2] end",
      "onetwo", NULL },
    { "function(self) self.list = 1 self.same = {pairs = {}, members = {}} end",
      "function(self) return self.list + (self.same.pairs and 1) end", "2", NULL },
    /* The same table twice, and a table in itself. */
    { "function(self) self.a = {1} self.b = self.a end",
      "function(self) self.b[1] = 7 return {self.a[1], self.a == self.b} end", "[7, True]",
      "{\"members\":{\"a\":{\"list\":[1]},\"b\":{\"same\":1}}}" },
    { "function(self) self.me = self self.ring = {} self.ring.back = self.ring end",
      "function(self) return self.me == self and self.ring.back.back == self.ring end", "True",
      "{\"members\":{\"me\":{\"same\":0},\"ring\":{\"members\":{\"back\":{\"same\":1}}}}}" },
};

START_TEST(members_survive_saving)
{
    struct script *script = bench_script(1), *resumed = bench_script(2);
    struct script_table *self = make(script), *again = make(resumed);
    struct value saved = value_none();
    struct text json = { 0 };
    struct error err = { 0 };
    char *text;

    ck_assert_msg(run(script, self, trips[_i].fill, &text, &err), "%s", err.message);
    free(text);
    ck_assert_msg(script_table_save(self, &saved, &err), "%s", err.message);
    value_to_json(&saved, &json);
    if (trips[_i].saved)
        ck_assert_str_eq(json.bytes, trips[_i].saved);
    expect(resumed, again, "function(self) self.old = 1 end", "None");
    ck_assert_msg(script_table_load(again, &saved, &err), "%s", err.message);
    expect(resumed, again, "function(self) return self.old == nil end", "True");
    expect(resumed, again, trips[_i].look, trips[_i].expected);
    value_fini(&saved);
    text_fini(&json);
    script_table_free(self);
    script_table_free(again);
    script_free(script);
    script_free(resumed);
}
END_TEST

static const struct {
    const char *fill, *fragment;
} unsavable[] = {
    { "function(self) self.f = function() end end", "self[f] is a function and cannot be saved" },
    { "function(self) self.a = {1, {g = type}} end", "self[a][2][g] is a function and cannot be saved" },
    { "function(self) self[{}] = 1 end", "a table with a table as key" },
    { "function(self) self.t = '\\xff' end", "not UTF-8" },
    { "function(self) local t = self for i = 1, 31 do t.n = {} t = t.n end end", "more than 30 deep" },
    { "function(self) self.l = {} for i = 1, 100001 do self.l[i] = 1 end end", "more than 100000 values" },
};

START_TEST(what_cannot_be_saved_is_named)
{
    struct script *script = bench_script(1);
    struct script_table *self = make(script);
    struct value saved = value_none();
    struct error err = { 0 };
    char *text;

    ck_assert_msg(run(script, self, unsavable[_i].fill, &text, &err), "%s", err.message);
    free(text);
    ck_assert(!script_table_save(self, &saved, &err));
    ck_assert_int_eq(err.code, ERROR_SCRIPT);
    ck_assert_msg(strstr(err.message, unsavable[_i].fragment), "%s", err.message);
    ck_assert_int_eq(saved.kind, VALUE_NONE);
    script_table_free(self);
    script_free(script);
}
END_TEST

/* {name: item} */
static struct value tagged(const char *name, struct value item)
{
    struct value value = value_table();

    value_set(&value, name, item);
    return value;
}

static struct value list_of(struct value item)
{
    struct value list = value_list();

    value_append(&list, item);
    return list;
}

START_TEST(damaged_state_is_refused)
{
    struct script *script = bench_script(1);
    struct script_table *self = make(script);
    struct value damaged[] = {
        value_none(),
        value_integer(1),
        value_table(),
        tagged("real", value_text("1")),
        tagged("members", value_integer(1)),
        tagged("list", value_table()),
        tagged("list", list_of(value_list())),
        tagged("list", list_of(value_table())),
        tagged("list", list_of(tagged("same", value_integer(1)))),
        tagged("list", list_of(tagged("same", value_integer(-1)))),
        tagged("list", list_of(tagged("same", value_text("0")))),
        tagged("list", list_of(tagged("real", value_text("x")))),
        tagged("list", list_of(tagged("integer", value_text("99999999999999999999")))),
        tagged("list", list_of(tagged("unknown", value_integer(1)))),
        tagged("pairs", list_of(value_integer(1))),
        tagged("pairs", list_of(list_of(value_integer(1)))),
    };

    for (size_t i = 0; i < COUNT(damaged); i++) {
        struct error err = { 0 };

        ck_assert_msg(!script_table_load(self, &damaged[i], &err), "%zu", i);
        ck_assert_int_eq(err.code, ERROR_CORRUPT);
        ck_assert_msg(!strncmp(err.message, "the saved state of self: ", 25), "%s", err.message);
        value_fini(&damaged[i]);
    }
    script_table_free(self);
    script_free(script);
}
END_TEST

START_TEST(keys_that_cannot_be_keys_are_refused)
{
    struct script *script = bench_script(1);
    struct script_table *self = make(script);
    struct value keys[] = { value_none(), tagged("real", value_text("nan")),
                            tagged("members", value_table()) };

    for (size_t i = 0; i < COUNT(keys); i++) {
        struct value pair = list_of(keys[i]), damaged;
        struct error err = { 0 };

        value_append(&pair, value_integer(1));
        damaged = tagged("pairs", list_of(pair));
        ck_assert(!script_table_load(self, &damaged, &err));
        ck_assert_int_eq(err.code, ERROR_CORRUPT);
        value_fini(&damaged);
    }
    script_table_free(self);
    script_free(script);
}
END_TEST

START_TEST(provided_members_are_read_but_not_saved)
{
    struct script *script = bench_script(1);
    struct script_table *self = make(script);
    struct value name = value_text("probe"), saved = value_none();
    const struct script_argument argument = SCRIPT_VALUE_ARGUMENT(&name);
    struct text json = { 0 };
    struct error err = { 0 };

    ck_assert(script_table_provide(self, "name", &argument, &err));
    expect(script, self, "function(self) return self.name end", "probe");
    ck_assert(script_table_save(self, &saved, &err));
    value_to_json(&saved, &json);
    ck_assert_str_eq(json.bytes, "{\"members\":{}}");
    expect(script, self, "function(self) self.name = 'mine' return self.name end", "mine");
    expect(script, self, "function(self) self.name = nil return self.name end", "probe");
    value_fini(&name);
    value_fini(&saved);
    text_fini(&json);
    script_table_free(self);
    script_free(script);
}
END_TEST

Suite *table_suite(void)
{
    Suite *suite = suite_create("table");
    TCase *tests = tcase_create("all");

    tcase_add_test(tests, members_stay_from_call_to_call);
    tcase_add_loop_test(tests, members_survive_saving, 0, COUNT(trips));
    tcase_add_loop_test(tests, what_cannot_be_saved_is_named, 0, COUNT(unsavable));
    tcase_add_test(tests, damaged_state_is_refused);
    tcase_add_test(tests, keys_that_cannot_be_keys_are_refused);
    tcase_add_test(tests, provided_members_are_read_but_not_saved);
    suite_add_tcase(suite, tests);
    return suite;
}
