/* tests/fuzz/replay.c -- gives a harness every input of its corpus, FUZZ_CORPUS, each in a process of its
 * own. */
#include <check.h>
#include <glob.h>
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"

enum { INPUT_BYTES_MAX = 1 << 20 };

static glob_t inputs;

START_TEST(an_input_does_no_harm)
{
    FILE *file = fopen(inputs.gl_pathv[_i], "rb");
    char *bytes = malloc(INPUT_BYTES_MAX), *exact;
    size_t length;

    ck_assert_ptr_nonnull(file);
    length = fread(bytes, 1, INPUT_BYTES_MAX, file);
    fclose(file);
    exact = realloc(bytes, length ? length : 1); /* The sanitizer watches its end. */
    ck_assert_int_eq(LLVMFuzzerTestOneInput((const uint8_t *)exact, length), 0);
    free(exact);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create(FUZZ_CORPUS);
    TCase *tcase = tcase_create("corpus");
    SRunner *runner = srunner_create(suite);
    int failed;

    if (glob("tests/fuzz/corpus/" FUZZ_CORPUS "/*", 0, NULL, &inputs) != 0)
        return EXIT_FAILURE;
    tcase_add_loop_test(tcase, an_input_does_no_harm, 0, (int)inputs.gl_pathc);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    globfree(&inputs);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
