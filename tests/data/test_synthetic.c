/* tests/data/test_synthetic.c -- data made up from a seed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/data/inline_dataset.h"
#include "engine/data/synthetic_rows.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

static struct dataset *open_purpose(const char *json, enum dataset_purpose purpose)
{
    struct error_list errors = { 0 };
    struct dataset *dataset =
        inline_dataset_open(bench_component(&inline_dataset_family, json), purpose, &errors);

    ck_assert_msg(dataset != NULL, "%s", errors.count > 0 ? errors.items[0].message : "?");
    return dataset;
}

static struct dataset *open_synthetic(const char *json)
{
    return open_purpose(json, DATASET_USE);
}

static const struct tensor *tensor_of(const struct dataset *dataset, const char *name)
{
    return &dataset_source(dataset, name)->array.tensor;
}

#define SYNTHETIC_FIRST -1.030500054359436
#define SYNTHETIC_SUM 3149.41724444367
#define SYNTHETIC_LABELS 541551
#define PLAIN                                                                                                \
    "{'type': 'synthetic', 'examples': 4000, 'seed': 3, 'sources': {'features': {'shape': [4, 5]}, "         \
    "'targets': {'classes': 4}}}"

START_TEST(shapes_and_dtypes_are_as_described)
{
    const struct shape features = shape_of(3, (int64_t)4000, (int64_t)4, (int64_t)5);
    const struct shape targets = shape_of(2, (int64_t)4000, (int64_t)1);
    const enum dataset_purpose purpose = _i == 0 ? DATASET_PLAN : DATASET_USE;
    struct dataset *dataset = open_purpose(PLAIN, purpose);

    ck_assert_str_eq(dataset->sources[0].name, "features");
    ck_assert(shape_equal(&tensor_of(dataset, "features")->shape, &features));
    ck_assert_int_eq(tensor_of(dataset, "features")->dtype, DTYPE_FLOAT32);
    ck_assert(shape_equal(&tensor_of(dataset, "targets")->shape, &targets));
    ck_assert_int_eq(tensor_of(dataset, "targets")->dtype, DTYPE_UINT8);
    ck_assert_int_eq(tensor_of(dataset, "features")->data != NULL, purpose == DATASET_USE);
    dataset_unref(dataset);
}
END_TEST

/* Those of a second implementation, make_synthetic.py.  A change of the generator changes every benchmark and
 * must be meant. */
START_TEST(one_seed_gives_one_dataset)
{
    struct dataset *dataset = open_synthetic(PLAIN);
    const struct tensor *features = tensor_of(dataset, "features"), *targets = tensor_of(dataset, "targets");
    double sum = 0, labels = 0;

    for (int64_t i = 0; i < tensor_elements(features); i++)
        sum += tensor_read(features, i);
    for (int64_t i = 0; i < 4000; i++)
        labels = fmod(labels * 7 + tensor_read(targets, i), 1000003);
    ck_assert_double_eq_tol(tensor_read(features, 0), SYNTHETIC_FIRST, 1e-12);
    ck_assert_double_eq_tol(sum, SYNTHETIC_SUM, 1e-6);
    ck_assert_double_eq(labels, SYNTHETIC_LABELS);
    dataset_unref(dataset);
}
END_TEST

START_TEST(other_seeds_give_other_numbers)
{
    struct dataset *a = open_synthetic(
        "{'type': 'synthetic', 'examples': 100, 'seed': 1, 'sources': {'x': {'shape': [50]}}}");
    struct dataset *b = open_synthetic(
        "{'type': 'synthetic', 'examples': 100, 'seed': 2, 'sources': {'x': {'shape': [50]}}}");
    struct dataset *c =
        open_synthetic("{'type': 'synthetic', 'examples': 100, 'sources': {'x': {'shape': [50]}}}");
    int64_t equal = 0;

    for (int64_t i = 0; i < 5000; i++)
        equal += tensor_read(tensor_of(a, "x"), i) == tensor_read(tensor_of(b, "x"), i);
    ck_assert_int_lt(equal, 100);
    ck_assert_mem_eq(tensor_of(a, "x")->data, tensor_of(c, "x")->data,
                     5000 * sizeof(float)); /* seed 1 is the default */
    dataset_unref(a);
    dataset_unref(b);
    dataset_unref(c);
}
END_TEST

START_TEST(more_examples_begin_with_the_same_ones)
{
    struct dataset *some = open_synthetic(
        "{'type': 'synthetic', 'examples': 10, 'sources': {'x': {'shape': [7]}, 'y': {'classes': 3}}}");
    struct dataset *more = open_synthetic(
        "{'type': 'synthetic', 'examples': 99, 'sources': {'x': {'shape': [7]}, 'y': {'classes': 3}}}");

    ck_assert_mem_eq(tensor_of(some, "x")->data, tensor_of(more, "x")->data, 70 * sizeof(float));
    ck_assert_mem_eq(tensor_of(some, "y")->data, tensor_of(more, "y")->data, 10);
    dataset_unref(some);
    dataset_unref(more);
}
END_TEST

/* Large sources are not kept; their rows are those of a small one all the same, in whatever order they are
 * asked for. */
START_TEST(rows_of_large_sources_are_made_when_they_are_read)
{
    struct dataset *some = open_synthetic("{'type': 'synthetic', 'examples': 1048576, 'sources': {'x': "
                                          "{'shape': [1]}, 'y': {'classes': 300}}}");
    struct dataset *more = open_synthetic("{'type': 'synthetic', 'examples': 1048577, 'sources': {'x': "
                                          "{'shape': [1]}, 'y': {'classes': 300}}}");
    const int64_t rows[] = { 1000000, 5, 1048575, 5, 0 };

    for (size_t i = 0; i < 2; i++) {
        const struct source *kept = &some->sources[i], *made = &more->sources[i];
        int32_t read[COUNT(rows)]; /* or float */
        struct error err = { 0 };

        ck_assert(kept->array.tensor.data && !kept->reader);
        ck_assert(!made->array.tensor.data && made->reader);
        CK_GOOD(made->reader->read(made->reader, rows, COUNT(rows), read, &err), err);
        for (size_t k = 0; k < COUNT(rows); k++)
            ck_assert_mem_eq(&read[k], (const int32_t *)kept->array.tensor.data + rows[k], sizeof(read[k]));
    }
    ck_assert_uint_eq(some->made_bytes, 0);
    ck_assert_uint_eq(more->made_bytes, more->bytes);
    ck_assert(!more->on_disk);
    dataset_unref(some);
    dataset_unref(more);
}
END_TEST

#define LARGE                                                                                                \
    "{'type': 'synthetic', 'examples': 3000, 'sources': {'x': {'shape': [20, 20]}, 'y': {'classes': 3}}}"

START_TEST(a_stream_makes_the_rows_of_its_batches)
{
    struct dataset *dataset = open_synthetic(LARGE);
    const struct source *x = dataset_source(dataset, "x");
    const int64_t rows[] = { 2998, 2999 };
    float *read = bench_keep(malloc(sizeof(float[2][400])));
    struct data_stream *stream;
    struct batch batch;
    struct error err = { 0 };

    CK_GOOD(x->reader->read(x->reader, rows, COUNT(rows), read, &err), err);
    ck_assert_str_eq(
        bench_stream_over(
            dataset,
            "{'dataset': 'x', 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 2}, "
            "'examples': [2996, 3000]}",
            DTYPE_FLOAT32, &stream),
        "");
    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_OK);
    ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_OK);
    ck_assert_mem_eq(batch.sources[0].tensor.data, read, sizeof(float[2][400]));
    ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_END);
    data_stream_free(stream);
}
END_TEST

/* Sizes that do and do not fill whole vectors. */
START_TEST(every_instruction_set_gives_the_same_bits)
{
    const int64_t rows[] = { 7, 0, 99999999 };
    float best[COUNT(rows) * 70], other[COUNT(rows) * 70];
    struct error err = { 0 };

    for (int64_t columns = 1; columns <= 70; columns++) {
        const struct synthetic_source source = {
            .seed = 11, .index = 1, .classes = 5, .columns = columns, .dtype = DTYPE_FLOAT32
        };
        const size_t bytes = COUNT(rows) * (size_t)columns * sizeof(float);

        for (int level = kernel_level_best(); level >= KERNEL_BASELINE; level--) {
            float *out = level == (int)kernel_level_best() ? best : other;
            struct row_reader *reader = synthetic_rows_new(&source, (enum kernel_level)level, &err);

            CK_GOOD(reader && reader->read(reader, rows, COUNT(rows), out, &err), err);
            ck_assert_mem_eq(out, best, bytes);
            reader->free(reader);
        }
    }
}
END_TEST

START_TEST(a_planned_dataset_makes_nothing)
{
    struct dataset *dataset = open_purpose(LARGE, DATASET_PLAN);

    for (size_t i = 0; i < dataset->source_count; i++)
        ck_assert(!dataset->sources[i].array.tensor.data && !dataset->sources[i].reader);
    ck_assert_uint_eq(dataset->made_bytes, 3000 * 400 * sizeof(float));
    dataset_unref(dataset);
}
END_TEST

/* Noise has mean 0 and variance 1 around the mean of its class. */
START_TEST(noise_is_close_to_normal)
{
    struct dataset *dataset =
        open_synthetic("{'type': 'synthetic', 'examples': 2000, 'sources': {'x': {'shape': [100]}}}");
    const struct tensor *x = tensor_of(dataset, "x");
    double variance = 0, fourth = 0;

    for (int64_t column = 0; column < 100; column++) {
        double mean = 0;

        for (int64_t row = 0; row < 2000; row++)
            mean += tensor_read(x, row * 100 + column) / 2000;
        for (int64_t row = 0; row < 2000; row++) {
            const double off = tensor_read(x, row * 100 + column) - mean;

            variance += off * off / 200000;
            fourth += off * off * off * off / 200000;
        }
    }
    ck_assert_double_eq_tol(variance, 1, 0.02);
    ck_assert_double_eq_tol(fourth, 2.7, 0.1); /* of the sum of four uniform numbers; 3 is normal */
    dataset_unref(dataset);
}
END_TEST

/* The class with the nearest mean is the label, but for about 15 % that are wrong and some that lie between
 * the means. */
START_TEST(classes_can_be_learned_but_not_perfectly)
{
    struct dataset *dataset = open_synthetic(PLAIN);
    const struct tensor *x = tensor_of(dataset, "features"), *y = tensor_of(dataset, "targets");
    double means[4][20] = { { 0 } };
    int64_t counts[4] = { 0 }, right = 0;

    for (int64_t row = 0; row < 4000; row++)
        counts[(int)tensor_read(y, row)]++;
    for (int64_t row = 0; row < 4000; row++)
        for (int64_t i = 0; i < 20; i++)
            means[(int)tensor_read(y, row)][i] +=
                tensor_read(x, row * 20 + i) / (double)counts[(int)tensor_read(y, row)];
    for (int64_t row = 0; row < 4000; row++) {
        double best = INFINITY;
        int nearest = 0;

        for (int c = 0; c < 4; c++) {
            double distance = 0;

            for (int64_t i = 0; i < 20; i++)
                distance += pow(tensor_read(x, row * 20 + i) - means[c][i], 2);
            if (distance < best) {
                best = distance;
                nearest = c;
            }
        }
        right += nearest == (int)tensor_read(y, row);
    }
    for (int c = 0; c < 4; c++)
        ck_assert_int_gt(counts[c], 800);
    ck_assert_msg(right > 4000 * 0.7 && right < 4000 * 0.86, "%lld of 4000", (long long)right);
    dataset_unref(dataset);
}
END_TEST

static const struct {
    const char *sources, *pointer, *code;
} wrong[] = {
    { "{}", "/here/sources", "wrong_type" },
    { "[]", "/here/sources", "wrong_type" },
    { "{'x': {'shape': [0]}}", "/here/sources/x/shape/0", "out_of_range" },
    { "{'x': {'shape': [2, 1.5]}}", "/here/sources/x/shape/1", "out_of_range" },
    { "{'x': {'shape': 7}}", "/here/sources/x/shape", "wrong_type" },
    { "{'x': {'shape': [1, 1, 1, 1, 1, 1, 1, 1]}}", "/here/sources/x/shape", "limit_exceeded" },
    { "{'x': {'classes': 1}}", "/here/sources/x/classes", "out_of_range" },
    { "{'x': {'classes': '10'}}", "/here/sources/x/classes", "out_of_range" },
    { "{'x': {'classes': 3, 'shape': [1]}}", "/here/sources/x", "invalid_value" },
    { "{'x': {'size': 3}}", "/here/sources/x/size", "unknown_member" },
    { "{'x': 3}", "/here/sources/x", "invalid_value" },
    { "{'two words': {'shape': [1]}}", "/here/sources/two words", "invalid_value" },
    { "{'x': {'classes': 3}, 'y': {'classes': 3}}", "/here/sources/y", "conflict" },
    { "{'x': {'shape': [2147483647, 2147483647]}}", "/here/sources/x", "limit_exceeded" },
    { "{'x': {'shape': [100000000]}}", "/here/sources/x", "limit_exceeded" },
    { "{'x': {'shape': [10000]}, 'y': {'classes': 65536}}", "/here/sources/x", "limit_exceeded" },
};

START_TEST(wrong_sources_are_refused_at_their_place)
{
    struct error_list errors = { 0 };
    char json[300];

    snprintf(json, sizeof(json), "{'type': 'synthetic', 'examples': 10, 'sources': %s}", wrong[_i].sources);
    ck_assert_ptr_null(
        inline_dataset_open(bench_component(&inline_dataset_family, json), DATASET_PLAN, &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(errors.items[0].pointer, wrong[_i].pointer);
    ck_assert_str_eq(error_code_name(errors.items[0].code), wrong[_i].code);
    error_list_fini(&errors);
}
END_TEST

START_TEST(a_file_is_read_where_it_is_allowed)
{
    struct error_list errors = { 0 };
    struct dataset *dataset = open_synthetic("{'type': 'file', 'path': 'tests/data/files/stored.npz'}");

    ck_assert_int_eq(dataset->examples, 6);
    dataset_unref(dataset);
    ck_assert_ptr_null(inline_dataset_open(
        bench_component(&inline_dataset_family, "{'type': 'file', 'path': 'no-such-file'}"), DATASET_USE,
        &errors));
    ck_assert_str_eq(errors.items[0].pointer, "/here/path");
    error_list_fini(&errors);
}
END_TEST

Suite *synthetic_suite(void)
{
    Suite *suite = suite_create("synthetic");
    TCase *tcase = tcase_create("synthetic");

    tcase_add_loop_test(tcase, shapes_and_dtypes_are_as_described, 0, 2);
    tcase_add_test(tcase, one_seed_gives_one_dataset);
    tcase_add_test(tcase, other_seeds_give_other_numbers);
    tcase_add_test(tcase, more_examples_begin_with_the_same_ones);
    tcase_add_test(tcase, rows_of_large_sources_are_made_when_they_are_read);
    tcase_add_test(tcase, a_stream_makes_the_rows_of_its_batches);
    tcase_add_test(tcase, every_instruction_set_gives_the_same_bits);
    tcase_add_test(tcase, a_planned_dataset_makes_nothing);
    tcase_add_test(tcase, noise_is_close_to_normal);
    tcase_add_test(tcase, classes_can_be_learned_but_not_perfectly);
    tcase_add_loop_test(tcase, wrong_sources_are_refused_at_their_place, 0, COUNT(wrong));
    tcase_add_test(tcase, a_file_is_read_where_it_is_allowed);
    suite_add_tcase(suite, tcase);
    return suite;
}
