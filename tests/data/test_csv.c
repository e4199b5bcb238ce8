/* tests/data/test_csv.c -- tables of numbers, and the messages about wrong ones. */
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/data/dataset_file.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

/* Rows of features, then targets: "1 2; 3 4 | 0 1". */
static const char *print(const struct dataset *dataset)
{
    const struct tensor *features = &dataset_source(dataset, "features")->array.tensor;
    const struct source *targets = dataset_source(dataset, "targets");
    const int64_t columns = features->shape.dims[1];
    struct text text = { 0 };

    for (int64_t i = 0; i < tensor_elements(features); i++)
        text_format(&text, "%s%g", i == 0 ? "" : i % columns == 0 ? "; " : " ", tensor_read(features, i));
    for (int64_t i = 0; targets && i < dataset->examples; i++)
        text_format(&text, "%s%g", i == 0 ? " | " : " ", tensor_read(&targets->array.tensor, i));
    return bench_keep(text_take(&text));
}

static const struct {
    const char *text, *target, *wanted;
} tables[] = {
    { "1,2\n3,4\n", NULL, "1 2; 3 4" },
    { "1,2\r\n3,4", NULL, "1 2; 3 4" },
    { "1,2\r3,4\r", NULL, "1 2; 3 4" },
    { "\xef\xbb\xbf"
      "1,2\n3,4\n",
      NULL, "1 2; 3 4" },
    { "\n1,2\n\n\n3,4\n\n", NULL, "1 2; 3 4" },
    { " 1 ,\t2\n-3e2,+.5\n", NULL, "1 2; -300 0.5" },
    { "\"1\",\"2\"\n3,4\n", NULL, "1 2; 3 4" },
    { "a,b\n1,2\n3,4\n", NULL, "1 2; 3 4" },
    { "a,b,class\n1,2,0\n3,4,1\n", "class", "1 2; 3 4 | 0 1" },
    { "class,a,b\n1,2,0\n3,4,1\n", "class", "2 0; 4 1 | 1 3" },
    { "a,class,b\n1,2,0\n3,4,1\n", "class", "1 0; 3 1 | 2 4" },
    { "a,b,class\n1,2,0\n3,4,1\n", "3", "1 2; 3 4 | 0 1" },
    { "1,2,0\n3,4,1\n", "3", "1 2; 3 4 | 0 1" },
    { "1,2,0\n3,4,1\n", "-1", "1 2; 3 4 | 0 1" },
    { "1,2,0\n3,4,1\n", "1", "2 0; 4 1 | 1 3" },
    { "a,b\n1,2.0\n", "b", "1 | 2" },
    { "\"a \"\"x\"\", y\",b\n1,2\n", "a \"x\", y", "2 | 1" },
    { "7\n", NULL, "7" },
};

static bool read_text(const char *text, const char *target, struct dataset **out, struct error *err)
{
    return dataset_read(text, strlen(text), target, out, err);
}

START_TEST(tables_are_read)
{
    struct dataset *dataset;
    struct error err;

    CK_GOOD(read_text(tables[_i].text, tables[_i].target, &dataset, &err), err);
    ck_assert_str_eq(print(dataset), tables[_i].wanted);
    ck_assert_int_eq(dataset_source(dataset, "features")->array.tensor.dtype, DTYPE_FLOAT64);
    if (tables[_i].target) {
        const struct tensor *targets = &dataset_source(dataset, "targets")->array.tensor;
        const struct shape shape = shape_of(2, dataset->examples, (int64_t)1);

        ck_assert_int_eq(targets->dtype, DTYPE_INT64);
        ck_assert(shape_equal(&targets->shape, &shape));
    }
    dataset_unref(dataset);
}
END_TEST

static const struct {
    const char *text, *target, *message;
} wrong[] = {
    { "", NULL, "the file is empty" },
    { "\n\n", NULL, "the CSV file has 0 rows of numbers" },
    { "a,b\n", NULL, "the CSV file has 0 rows of numbers" },
    { "1,2\n3\n", NULL, "line 2 has 1 columns, the first one has 2" },
    { "1,2\n\n3,4,5\n", NULL, "line 3 has 3 columns, the first one has 2" },
    { "a,b\n1,2\n3,x\n", NULL, "line 3, column 2 (b): \"x\" is not a number" },
    { "1,2\n3,x\n", NULL, "line 2, column 2: \"x\" is not a number" },
    { "1,2\r\n3,x\r\n", NULL, "line 2, column 2: \"x\" is not a number" },
    { "1,2\n3,\n", NULL, "line 2, column 2: \"\" is not a number" },
    { "1,2\n3,nan\n", NULL, "line 2, column 2: \"nan\" is not a number" },
    { "1,2\n3,inf\n", NULL, "line 2, column 2: \"inf\" is not a number" },
    { "1,2\n3,0x10\n", NULL, "line 2, column 2: \"0x10\" is not a number" },
    { "1,2\n3,1 2\n", NULL, "line 2, column 2: \"1 2\" is not a number" },
    { "1,2\n3,e5\n", NULL, "line 2, column 2: \"e5\" is not a number" },
    { "1,2\n3,1e999\n", NULL, "line 2, column 2: \"1e999\" is not a number" },
    { "1,2\n\"3\n4\",5\n6,x\n", NULL, "line 2, column 1: \"3?4\" is not a number" },
    { "a,\"b\nc\"\n1,2\n3,\xff\n", NULL, "line 4, column 2 (b?c): \"?\" is not a number" },
    { "1,2\n3,\"4\"5\n", NULL, "line 2, column 2: a quote stands where none may be" },
    { "1,2\n3,\"4", NULL, "the file ends inside quotes" },
    { "a,b\n1,2\n", "c", "there is no column \"c\" for the target" },
    { "1,2\n3,4\n", "class", "there is no column \"class\" for the target" },
    { "1,2\n3,4\n", "0", "there is no column \"0\" for the target" },
    { "1,2\n3,4\n", "3", "there is no column \"3\" for the target" },
    { "1,2\n3,4\n", "-3", "there is no column \"-3\" for the target" },
    { "a,a\n1,2\n", "a", "columns 1 and 2 are both called \"a\"" },
    { "a\n1\n", "a", "the CSV file has no columns besides the target" },
    { "a,b\n1,2\n1,1.5\n", "b", "line 3, column 2 (b): \"1.5\" is not a class" },
    { "a,b\n1,-2\n", "b", "line 2, column 2 (b): \"-2\" is not a class" },
    { "a,b\n1,cat\n", "b", "line 2, column 2 (b): \"cat\" is not a class" },
    { "\1\2\3\4", NULL, "the file is neither npz nor HDF5 nor CSV" },
    { "\x93NUMPY\1", NULL, "the file holds one array, not a dataset" },
};

START_TEST(messages_say_where_and_what)
{
    struct dataset *dataset;
    struct error err = { 0 };

    ck_assert(!read_text(wrong[_i].text, wrong[_i].target, &dataset, &err));
    ck_assert_str_eq(err.message, wrong[_i].message);
}
END_TEST

static const struct {
    const char *text, *target, *message, *hint;
} texts[] = {
    { "length,species\n5.1,setosa\n", "species", "line 2, column 2 (species): \"setosa\" is not a class",
      "Classes are whole numbers from 0 on: write one for each text, such as 0 for \"setosa\"." },
    { "length,species\n5.1,1.5\n", "species", "line 2, column 2 (species): \"1.5\" is not a class",
      "Classes are whole numbers from 0 on." },
    { "length,species\n5.1,\n", "species", "line 2, column 2 (species): \"\" is not a class",
      "Classes are whole numbers from 0 on." },
    { "length,species\n5.1,setosa\n", NULL, "line 2, column 2 (species): \"setosa\" is not a number",
      "Columns of texts can only be left out, or be the target, with a whole number from 0 on for each "
      "text." },
    { "5.1,setosa\n7.0,versicolor\n", "-1", "line 2, column 2 (setosa): \"versicolor\" is not a class",
      "Classes are whole numbers from 0 on: write one for each text, such as 0 for \"versicolor\". The first "
      "line was taken for a header, because it is not all numbers." },
    { "1,2\n3,x\n", NULL, "line 2, column 2: \"x\" is not a number",
      "Columns of texts can only be left out, or be the target, with a whole number from 0 on for each "
      "text." },
};

START_TEST(texts_are_refused_with_what_to_do)
{
    struct dataset *dataset;
    struct error err = { 0 };

    ck_assert(!read_text(texts[_i].text, texts[_i].target, &dataset, &err));
    ck_assert_str_eq(err.message, texts[_i].message);
    ck_assert_str_eq(err.hint, texts[_i].hint);
}
END_TEST

START_TEST(a_nul_byte_is_no_number)
{
    static const char text[] = "1,2000000\n3,4\0005\n";
    struct dataset *dataset;
    struct error err = { 0 };

    ck_assert(!dataset_read(text, sizeof(text) - 1, NULL, &dataset, &err));
    ck_assert_str_eq(err.message, "line 2, column 2: \"4?5\" is not a number");
}
END_TEST

START_TEST(one_field_cannot_take_all_memory)
{
    const size_t length = 100000;
    char *text = memory_new(length + 1, 1);
    struct dataset *dataset;
    struct error err;

    memset(text, '1', length);
    CK_REFUSED(read_text(text, NULL, &dataset, &err), err, ERROR_LIMIT);
    free(text);
}
END_TEST

START_TEST(columns_are_bounded)
{
    struct text text = { 0 };
    struct dataset *dataset;
    struct error err;

    for (int i = 0; i < 70000; i++)
        text_add(&text, "1,");
    text_add(&text, "1\n");
    CK_REFUSED(read_text(text.bytes, NULL, &dataset, &err), err, ERROR_LIMIT);
    text_fini(&text);
}
END_TEST

/* Longer than any chunk, so that fields and quotes are cut in two. */
START_TEST(long_tables_are_read_in_pieces)
{
    const int rows = 30000;
    struct text text = { 0 };
    struct dataset *dataset;
    struct error err;

    text_add(&text, "\"x\",\"y\"\r\n");
    for (int i = 0; i < rows; i++)
        text_format(&text, "\"%d\",%d\r\n", i, i % 7);
    CK_GOOD(read_text(text.bytes, "y", &dataset, &err), err);
    ck_assert_int_eq(dataset->examples, rows);
    for (int i = 0; i < rows; i++) {
        ck_assert_double_eq(tensor_read(&dataset->sources[0].array.tensor, i), i);
        ck_assert_double_eq(tensor_read(&dataset->sources[1].array.tensor, i), i % 7);
    }
    dataset_unref(dataset);
    text_fini(&text);
}
END_TEST

static unsigned char *gzipped(const char *text, size_t *out_length)
{
    const uLong most = compressBound((uLong)strlen(text)) + 32;
    unsigned char *bytes = bench_keep(memory_new(most, 1));
    z_stream stream = { 0 };

    ck_assert_int_eq(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (unsigned char *)bench_keep(memory_text(text));
    stream.avail_in = (uInt)strlen(text);
    stream.next_out = bytes;
    stream.avail_out = (uInt)most;
    ck_assert_int_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    *out_length = stream.total_out;
    deflateEnd(&stream);
    return bytes;
}

START_TEST(gzip_is_read_also_in_several_members)
{
    size_t first_length, second_length;
    unsigned char *first = gzipped("1,2\n3,", &first_length), *second = gzipped("4\n", &second_length);
    unsigned char *both = bench_keep(memory_new(first_length + second_length + 1, 1));
    struct dataset *dataset;
    struct error err;

    memcpy(both, first, first_length);
    memcpy(both + first_length, second, second_length);
    CK_GOOD(dataset_read(both, first_length + second_length, NULL, &dataset, &err), err);
    ck_assert_str_eq(print(dataset), "1 2; 3 4");
    dataset_unref(dataset);
    ck_assert(!dataset_read(both, first_length + second_length - 1, NULL, &dataset, &err));
    ck_assert(!dataset_read(both, first_length + second_length + 1, NULL, &dataset, &err));
    both[first_length - 8] ^= 1; /* the checksum */
    ck_assert(!dataset_read(both, first_length + second_length, NULL, &dataset, &err));
}
END_TEST

Suite *csv_suite(void)
{
    Suite *suite = suite_create("csv");
    TCase *tcase = tcase_create("csv");

    tcase_add_loop_test(tcase, tables_are_read, 0, COUNT(tables));
    tcase_add_loop_test(tcase, messages_say_where_and_what, 0, COUNT(wrong));
    tcase_add_loop_test(tcase, texts_are_refused_with_what_to_do, 0, COUNT(texts));
    tcase_add_test(tcase, a_nul_byte_is_no_number);
    tcase_add_test(tcase, one_field_cannot_take_all_memory);
    tcase_add_test(tcase, columns_are_bounded);
    tcase_add_test(tcase, long_tables_are_read_in_pieces);
    tcase_add_test(tcase, gzip_is_read_also_in_several_members);
    suite_add_tcase(suite, tcase);
    return suite;
}
