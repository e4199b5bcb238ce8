/* tests/training/test_aggregator.c -- what each scheme makes of batches, of none, and of a checkpoint in
 * between. */

#include <string.h>

#include <cjson/cJSON.h>

#include "engine/training/aggregator.h"
#include "tests/training/suites.h"

/* Batches 3, -1, 4 with denominators 1, 2, 1; of the vectors (v, 10 v). */
static const double batches[] = { 3, -1, 4 }, denominators[] = { 1, 2, 1 };
static const struct {
    enum aggregation aggregation;
    const char *scalar, *scalar_empty;
    const char *vector, *vector_empty_again; /* behind a reset */
} cases[] = {
    { AGGREGATE_MEAN, "1.5", "nan", "[1.5, 15.0]", "[nan, nan]" },
    { AGGREGATE_PERPLEXITY, "0.22313016014842982", "nan", "[0.22313016014842982, 3.059023205018258e-07]",
      "[nan, nan]" },
    { AGGREGATE_TAKE_LAST, "4.0", "0.0", "[4.0, 40.0]", "[0.0, 0.0]" },
    { AGGREGATE_MINIMUM, "-1.0", "0.0", "[-1.0, -10.0]", "[0.0, 0.0]" },
    { AGGREGATE_MAXIMUM, "4.0", "0.0", "[4.0, 40.0]", "[0.0, 0.0]" },
    { AGGREGATE_CONCATENATE, "[3.0, -1.0, 4.0]", "[]", "[[3.0, 30.0], [-1.0, -10.0], [4.0, 40.0]]",
      "[[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]" },
};

static void ck_value(const struct aggregator *aggregator, const char *expected)
{
    struct value value = aggregator_value(aggregator);
    struct text text = { 0 };

    value_print(&value, &text);
    ck_assert_str_eq(text_bytes(&text), expected);
    text_fini(&text);
    value_fini(&value);
}

static void add(struct aggregator *aggregator, int rank, size_t batch)
{
    double values[] = { batches[batch], batches[batch] * 10 };
    const struct tensor tensor = { DTYPE_FLOAT64, rank ? shape_of(1, INT64_C(2)) : shape_of(0), values };
    struct error err;

    ck_assert(aggregator_add(aggregator, &tensor, denominators[batch], &err));
}

/* Into a checkpoint and back, on another object. */
static void carry_over(struct aggregator *aggregator, const struct tensor *planned)
{
    enum aggregation aggregation = aggregator->aggregation;
    struct text json = { 0 };
    struct error err;
    cJSON *parsed;

    aggregator_save(aggregator, &json);
    aggregator_fini(aggregator);
    aggregator_init(aggregator, aggregation, planned);
    parsed = cJSON_Parse(text_bytes(&json));
    ck_assert(aggregator_load(aggregator, parsed, &err));
    cJSON_Delete(parsed);
    text_fini(&json);
}

START_TEST(batches_become_one_value)
{
    bool interrupted = _i & 1;

    for (int rank = 0; rank < 2; rank++) {
        const struct tensor planned = { DTYPE_FLOAT64, rank ? shape_of(1, INT64_C(2)) : shape_of(0), NULL };
        struct aggregator aggregator;

        aggregator_init(&aggregator, cases[_i / 2].aggregation, &planned);
        ck_value(&aggregator, rank ? "[]" : cases[_i / 2].scalar_empty);
        for (int round = 0; round < 2; round++) {
            for (size_t batch = 0; batch < COUNT(batches); batch++) {
                add(&aggregator, rank, batch);
                if (interrupted)
                    carry_over(&aggregator, &planned);
            }
            ck_value(&aggregator, rank ? cases[_i / 2].vector : cases[_i / 2].scalar);
            aggregator_reset(&aggregator);
            if (interrupted)
                carry_over(&aggregator, &planned);
            if (rank)
                ck_value(&aggregator, cases[_i / 2].vector_empty_again);
        }
        aggregator_fini(&aggregator);
    }
}
END_TEST

START_TEST(integers_stay_integers)
{
    int64_t label = 7;
    const struct tensor tensor = { DTYPE_INT64, shape_of(0), &label };
    struct aggregator aggregator;
    struct error err;

    aggregator_init(&aggregator, AGGREGATE_MAXIMUM, &tensor);
    ck_assert(aggregator_add(&aggregator, &tensor, 1, &err));
    ck_value(&aggregator, "7");
    aggregator_init(&aggregator, AGGREGATE_MEAN, &tensor);
    ck_assert(aggregator_add(&aggregator, &tensor, 1, &err));
    ck_value(&aggregator, "7.0");
}
END_TEST

START_TEST(shapes_do_not_mix)
{
    double values[] = { 1, 2, 3 };
    const struct tensor two = { DTYPE_FLOAT64, shape_of(1, INT64_C(2)), values };
    const struct tensor three = { DTYPE_FLOAT64, shape_of(1, INT64_C(3)), values };
    struct aggregator aggregator;
    struct error err;

    aggregator_init(&aggregator, AGGREGATE_MINIMUM, &two);
    ck_assert(aggregator_add(&aggregator, &two, 1, &err));
    ck_assert(!aggregator_add(&aggregator, &three, 1, &err));
    ck_assert_ptr_nonnull(strstr(err.hint, "mean(...)"));
    ck_assert_int_eq(err.code, ERROR_SHAPE);
    aggregator_fini(&aggregator);
    aggregator_init(&aggregator, AGGREGATE_TAKE_LAST, &two);
    ck_assert(aggregator_add(&aggregator, &two, 1, &err));
    ck_assert(aggregator_add(&aggregator, &three, 1, &err));
    ck_value(&aggregator, "[1.0, 2.0, 3.0]");
    aggregator_fini(&aggregator);
}
END_TEST

static const char *const damaged[] = {
    "[]",
    "null",
    "[{\"integer\":\"1\"},{\"integer\":\"1\"},1.0,1.0,[{\"integer\":\"2\"}],[1.0]]",
    "[{\"integer\":\"2\"},{\"integer\":\"1\"},1.0,1.0,[],[]]",
    "[{\"integer\":\"1\"},{\"integer\":\"1\"},1.0,1.0,[{\"integer\":\"-2\"}],[]]",
    "[{\"integer\":\"0\"},{\"integer\":\"0\"},1.0,1.0,[],[1.0]]",
};

START_TEST(a_damaged_aggregate_is_refused)
{
    const struct tensor planned = { DTYPE_FLOAT64, shape_of(0), NULL };
    cJSON *parsed = cJSON_Parse(damaged[_i]);
    struct aggregator aggregator;
    struct error err;

    aggregator_init(&aggregator, AGGREGATE_MEAN, &planned);
    ck_assert(!aggregator_load(&aggregator, parsed, &err));
    ck_assert_int_eq(err.code, ERROR_CORRUPT);
    aggregator_fini(&aggregator);
    cJSON_Delete(parsed);
}
END_TEST

Suite *aggregator_suite(void)
{
    Suite *suite = suite_create("aggregator");
    TCase *tcase = tcase_create("aggregator");

    tcase_add_loop_test(tcase, batches_become_one_value, 0, 2 * (int)COUNT(cases));
    tcase_add_test(tcase, integers_stay_integers);
    tcase_add_test(tcase, shapes_do_not_mix);
    tcase_add_loop_test(tcase, a_damaged_aggregate_is_refused, 0, COUNT(damaged));
    suite_add_tcase(suite, tcase);
    return suite;
}
