/* tests/extensions/test_example.c -- examples/lua-extensions.json, in one piece and in two. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

enum { PAGE_BYTES = 64 * 1024 };

static void read_example(char out[PAGE_BYTES])
{
    const char *source = getenv("KILN_SOURCE");
    char path[1024];
    size_t length;
    FILE *file;

    snprintf(path, sizeof path, "%s/examples/lua-extensions.json", source ? source : ".");
    file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    length = fread(out, 1, PAGE_BYTES - 1, file);
    out[length] = '\0';
    fclose(file);
}

/* While a condition that a function has added holds, in the first epoch, at the end of one, and in the middle
 * of a later one. */
static const int64_t breaks[] = { 1, 12, 30, 95, 329 };

START_TEST(resumes_with_its_state)
{
    static char document[PAGE_BYTES];
    struct outcome whole, pieces;

    read_example(document);
    bench_train(&whole, document);
    ck_finished(&whole);
    ck_record(&whole, 90, "examples_seen", "4500");
    ck_record(&whole, 360, "training_finished", "true");
    bench_train_in_two(&pieces, document, breaks[_i]);
    ck_finished(&pieces);
    ck_same_rows(&whole, &pieces);
    bench_fini(&pieces);
    bench_fini(&whole);
}
END_TEST

Suite *example_suite(void)
{
    Suite *suite = suite_create("example");
    TCase *tcase = tcase_create("example");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, resumes_with_its_state, 0, COUNT(breaks));
    suite_add_tcase(suite, tcase);
    return suite;
}
