/* tests/extensions/test_progress_line.c -- the line that ProgressBar shows. */
#include "engine/extensions/progress_line.h"

#include "tests/extensions/suites.h"

static const struct {
    struct progress_bar bar;
    double elapsed_s;
    const char *line;
} lines[] = {
    { { .epoch = 3, .step = 2, .length = 4 },
      0,
      "Epoch 3, step 2 ( 50%) |########         | Elapsed Time: 0:00:00 ETA:   0:00:00" },
    { { .epoch = 0, .step = 1, .length = 4 },
      30,
      "Epoch 0, step 1 ( 25%) |####             | Elapsed Time: 0:00:30 ETA:   0:01:30" },
    { { .epoch = 0, .step = 4, .length = 4 },
      4000,
      "Epoch 0, step 4 (100%) |#################| Elapsed Time: 1:06:40 ETA:   0:00:00" },
    { { .epoch = 0, .step = 0, .length = 4 },
      1,
      "Epoch 0, step 0 (  0%) |                 | Elapsed Time: 0:00:01 ETA:  --:--:--" },
    { { .epoch = 12, .step = 1, .length = -1 },
      1,
      "Epoch 12, step 1 | #                                    | Elapsed Time: 0:00:01" },
    { { .epoch = 0, .step = 38, .length = -1 },
      1,
      "Epoch 0, step 38 |                                    # | Elapsed Time: 0:00:01" },
};

START_TEST(a_line_fills_the_terminal)
{
    struct text text = { 0 };

    progress_line(&lines[_i].bar, lines[_i].elapsed_s, &text);
    ck_assert_str_eq(text_bytes(&text), lines[_i].line);
    text_fini(&text);
}
END_TEST

/* Numbers beyond any terminal only make the line longer. */
START_TEST(a_long_run_keeps_its_bar)
{
    const struct progress_bar bar = { .epoch = INT64_MAX, .step = INT64_MAX / 2, .length = INT64_MAX };
    struct text text = { 0 };

    progress_line(&bar, 1e15, &text);
    ck_assert_uint_lt(text.length, 160);
    text_fini(&text);
}
END_TEST

Suite *progress_line_suite(void)
{
    Suite *suite = suite_create("progress_line");
    TCase *tcase = tcase_create("progress_line");

    tcase_add_loop_test(tcase, a_line_fills_the_terminal, 0, COUNT(lines));
    tcase_add_test(tcase, a_long_run_keeps_its_bar);
    suite_add_tcase(suite, tcase);
    return suite;
}
