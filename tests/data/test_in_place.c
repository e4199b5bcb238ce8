/* tests/data/test_in_place.c -- arrays that stay in their file, and such that are larger than what the memory
 * may hold. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/data/dataset_file.h"
#include "engine/data/idx.h"
#include "engine/data/inline_dataset.h"
#include "engine/data/npy.h"
#include "tests/data/bench.h"
#include "tests/data/suites.h"

static const struct in_place always = { 0 };

static bool lies_in(const struct bench_file *file, const struct array *array)
{
    const unsigned char *data = array->tensor.data;

    return data >= file->bytes && data + tensor_bytes(&array->tensor) == file->bytes + file->length;
}

static const struct {
    const char *file;
    bool stays;
} arrays[] = {
    { "little_f4.npy", true },  { "little_i8.npy", true },   { "little_u1.npy", true },
    { "little_f2.npy", false }, { "little_u8.npy", false },  { "little_b1.npy", false },
    { "big_f4.npy", false },    { "fortran_f8.npy", false }, { "u1.idx", true },
    { "i1.idx", true },         { "i4.idx", false },         { "f8.idx", false },
};

/* What needs no conversion stays; the numbers are the same. */
START_TEST(arrays_stay_where_they_are)
{
    const struct bench_file file = bench_file(arrays[_i].file);
    bool (*const read)(const void *, size_t, const struct in_place *, size_t, struct array *,
                       struct error *) = strstr(arrays[_i].file, "idx") ? idx_read_bytes : npy_read_bytes;
    struct array array, copy;
    struct error err;

    CK_GOOD(read(file.bytes, file.length, &always, DATASET_BYTES_MAX, &array, &err), err);
    CK_GOOD(source_read(file.bytes, file.length, &copy, &err), err);
    ck_assert(array.in_file == arrays[_i].stays && !copy.in_file);
    ck_assert(lies_in(&file, &array) == arrays[_i].stays);
    bench_same_tensor(array.tensor, copy.tensor);
    array_fini(&array);
    array_fini(&copy);
    for (size_t length = 0; length < file.length; length++) {
        unsigned char *cut = memory_new(length + 1, 1);

        memcpy(cut, file.bytes, length);
        ck_assert(!read(cut, length, &always, DATASET_BYTES_MAX, &array, &err));
        free(cut);
    }
    ck_assert(!read(file.bytes, file.length + 1, &always, DATASET_BYTES_MAX, &array, &err));
}
END_TEST

#define STREAM(scheme, source)                                                                               \
    "{'dataset': 'x', 'iteration_scheme': {'type': '" scheme "', 'batch_size': 4}, 'sources': ['" source "'" \
    "]"                                                                                                      \
    "}"

static void same_epochs(struct dataset *one, struct dataset *other, const char *json, const char *source)
{
    struct data_stream *first, *second;

    ck_assert_str_eq(bench_stream_over(one, json, DTYPE_FLOAT64, &first), "");
    ck_assert_str_eq(bench_stream_over(other, json, DTYPE_FLOAT64, &second), "");
    for (int epoch = 0; epoch < 2; epoch++)
        ck_assert_str_eq(bench_stream_epoch(first, source), bench_stream_epoch(second, source));
    data_stream_free(first);
    data_stream_free(second);
}

/* Members of an npz begin anywhere: numbers that are not aligned are copied. */
START_TEST(members_of_an_npz_stay_and_stream)
{
    const struct bench_file file = bench_file("stored.npz");
    unsigned char *moved = memory_try_aligned(file.length + 16);
    struct dataset *dataset, *copy;
    struct error err;

    memcpy(moved + _i, file.bytes, file.length);
    CK_GOOD(dataset_read_in_place(moved + _i, file.length, &always, NULL, &dataset, &err), err);
    CK_GOOD(dataset_read(file.bytes, file.length, NULL, &copy, &err), err);
    ck_assert(dataset->sources[0].array.in_file && dataset->sources[1].array.in_file);
    ck_assert_uint_eq(dataset->held_bytes, 0);
    ck_assert_uint_eq(dataset->bytes, copy->bytes);
    dataset_ref(dataset);
    dataset_ref(copy);
    same_epochs(dataset, copy, STREAM("SequentialScheme", "features"), "features");
    same_epochs(dataset, copy, STREAM("ShuffledScheme", "features"), "features");
    free(moved);
}
END_TEST

START_TEST(checksums_are_looked_at_unless_told_otherwise)
{
    const struct bench_file file = bench_file("stored.npz");
    const struct in_place unchecked = { .unchecked = true };
    struct dataset *dataset;
    struct error err;

    CK_GOOD(dataset_read_in_place(file.bytes, file.length, &always, NULL, &dataset, &err), err);
    ((unsigned char *)dataset->sources[0].array.tensor.data)[5] ^= 1;
    dataset_unref(dataset);
    CK_REFUSED(dataset_read_in_place(file.bytes, file.length, &always, NULL, &dataset, &err), err,
               ERROR_SYNTAX);
    CK_GOOD(dataset_read_in_place(file.bytes, file.length, &unchecked, NULL, &dataset, &err), err);
    dataset_unref(dataset);
}
END_TEST

static void put(unsigned char *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

/* Beyond 4 GiB the end record points to a longer one. */
START_TEST(a_long_end_record_is_followed)
{
    enum { END = 22, LOCATOR = 20, END64 = 56 };
    const struct bench_file file = bench_file("stored.npz");
    const size_t body = file.length - END, length = file.length + LOCATOR + END64;
    unsigned char *bytes = bench_keep(memory_new(length, 1));
    unsigned char *end64 = bytes + body, *locator = end64 + END64, *end = locator + LOCATOR;
    struct dataset *dataset;
    struct error err;

    memcpy(bytes, file.bytes, body);
    memcpy(end, file.bytes + body, END);
    memcpy(end64, "PK\6\6", 4);
    put(end64 + 32, end[10], 8);
    put(end64 + 48, (uint64_t)end[16] | (uint64_t)end[17] << 8 | (uint64_t)end[18] << 16, 8);
    memcpy(locator, "PK\6\7", 4);
    put(locator + 8, body, 8);
    put(end + 10, 0xffff, 2);
    put(end + 16, 0xffffffff, 4);
    CK_GOOD(dataset_read(bytes, length, NULL, &dataset, &err), err);
    ck_assert_uint_eq(dataset->source_count, 2);
    dataset_unref(dataset);
    put(locator + 8, UINT64_MAX - 10, 8);
    CK_REFUSED(dataset_read(bytes, length, NULL, &dataset, &err), err, ERROR_SYNTAX);
    put(locator + 8, body, 8);
    put(end64 + 48, UINT64_MAX - 3, 8);
    CK_REFUSED(dataset_read(bytes, length, NULL, &dataset, &err), err, ERROR_SYNTAX);
}
END_TEST

static const struct {
    const char *file, *source;
    bool stays;
} hdf5_sources[] = {
    { "fuel.hdf5", "image_features", false }, /* compressed chunks */
    { "fuel.hdf5", "targets", true },         { "types.hdf5", "little_f4", true },
    { "types.hdf5", "big_f4", false },        { "types.hdf5", "little_u8", false },
};

/* Contiguous and native: in place.  Everything else: row by row. */
START_TEST(sources_of_hdf5_stay_in_the_file)
{
    const struct bench_file file = bench_file(hdf5_sources[_i].file);
    const char *name = hdf5_sources[_i].source;
    struct dataset *dataset, *copy;
    const struct source *source;
    struct error err;
    char json[200];

    CK_GOOD(dataset_read_in_place(file.bytes, file.length, &always, NULL, &dataset, &err), err);
    CK_GOOD(dataset_read(file.bytes, file.length, NULL, &copy, &err), err);
    source = dataset_source(dataset, name);
    ck_assert((source->reader == NULL) == hdf5_sources[_i].stays);
    ck_assert((source->array.tensor.data != NULL) == hdf5_sources[_i].stays);
    for (int shuffled = 0; shuffled < 2; shuffled++) {
        dataset_ref(dataset);
        dataset_ref(copy);
        snprintf(json, sizeof(json),
                 "{'dataset': 'x', 'iteration_scheme': {'type': '%s', 'batch_size': 2}, 'sources': ['%s']}",
                 shuffled ? "ShuffledScheme" : "SequentialScheme", name);
        same_epochs(dataset, copy, json, name);
    }
    dataset_unref(dataset);
    dataset_unref(copy);
}
END_TEST

static void *read_epochs(void *context)
{
    struct data_stream *stream = context;
    struct batch batch;
    struct error err;

    for (int epoch = 0; epoch < 20; epoch++) {
        if (stream->type->next_epoch(stream, &err) != STREAM_OK)
            return context;
        for (int i = 0; i < 3; i++)
            if (stream->type->next_batch(stream, &batch, &err) != STREAM_OK)
                return context;
    }
    return NULL;
}

/* Each thread has a file of its own open, but the library is one. */
START_TEST(threads_read_rows_at_the_same_time)
{
    enum { THREADS = 3 };
    const struct bench_file file = bench_file("fuel.hdf5");
    struct data_stream *streams[THREADS];
    pthread_t threads[THREADS];
    void *failed;

    for (int i = 0; i < THREADS; i++) {
        struct dataset *dataset;
        struct error err;

        CK_GOOD(dataset_read_in_place(file.bytes, file.length, &always, NULL, &dataset, &err), err);
        ck_assert_str_eq(
            bench_stream_over(
                dataset, "{'dataset': 'x', 'iteration_scheme': {'type': 'ShuffledScheme', 'batch_size': 2}}",
                DTYPE_FLOAT32, &streams[i]),
            "");
        ck_assert_int_eq(pthread_create(&threads[i], NULL, read_epochs, streams[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &failed);
        ck_assert_ptr_null(failed);
        data_stream_free(streams[i]);
    }
}
END_TEST

/* A sparse npy file of `rows` rows of 1 MiB, of which the first number of each is its index. */
static void make_large_file(const char *path, int64_t rows)
{
    const struct shape shape = shape_of(2, rows, (int64_t)1 << 18);
    struct text header = { 0 };
    FILE *file = fopen(path, "wb");

    npy_header_write(DTYPE_FLOAT32, &shape, &header);
    fwrite(header.bytes, 1, header.length, file);
    for (int64_t i = 0; i < rows; i += rows / 8) {
        const float number = (float)i;

        fseek(file, (long)header.length + (i << 20), SEEK_SET);
        fwrite(&number, sizeof(number), 1, file);
    }
    fflush(file);
    ck_assert_int_eq(ftruncate(fileno(file), (off_t)header.length + (rows << 20)), 0);
    fclose(file);
    text_fini(&header);
}

/* 3 GiB, which take no place on the disk: beyond the limit of memory, without a copy. */
START_TEST(a_file_may_be_larger_than_the_limit)
{
    const int64_t rows = 3072;
    char path[] = "/tmp/kiln-large-XXXXXX", json[200];
    struct dataset *dataset;
    struct data_stream *stream;
    struct error_list errors = { 0 };
    struct batch batch;
    struct error err;

    close(mkstemp(path));
    make_large_file(path, rows);
    snprintf(json, sizeof(json), "{'type': 'file', 'sources': {'features': '%s'}}", path);
    dataset = inline_dataset_open(bench_component(&inline_dataset_family, json), DATASET_USE, &errors);
    unlink(path);
    ck_assert_ptr_nonnull(dataset);
    ck_assert(dataset->on_disk && dataset->held_bytes == 0 && dataset->bytes == (size_t)rows << 20);
    ck_assert_str_eq(bench_stream_over(dataset,
                                       "{'dataset': 'x', 'examples': [0, 384, 3071],"
                                       " 'iteration_scheme': {'type': 'SequentialScheme', 'batch_size': 2}}",
                                       DTYPE_FLOAT32, &stream),
                     "");
    ck_assert_str_eq(stream->type->name, "ReadAhead");
    ck_assert_int_eq(stream->type->next_epoch(stream, &err), STREAM_OK);
    ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_OK);
    ck_assert(tensor_read(&batch.sources[0].tensor, 0) == 0);
    ck_assert(tensor_read(&batch.sources[0].tensor, 1 << 18) == 384);
    ck_assert_int_eq(stream->type->next_batch(stream, &batch, &err), STREAM_OK);
    ck_assert(tensor_read(&batch.sources[0].tensor, 0) == 0 && batch.examples == 1);
    data_stream_free(stream);
}
END_TEST

static const struct {
    const char *json, *errors;
} refused[] = {
    { "{'type': 'file'}", "missing_member /here/path" },
    { "{'type': 'file', 'path': 'x.npz', 'sources': {'a': 'a.npy'}}", "conflict /here/sources" },
    { "{'type': 'file', 'target': '1', 'sources': {'a': 'a.npy'}}", "conflict /here/sources" },
    { "{'type': 'file', 'sources': {}}", "wrong_type /here/sources" },
    { "{'type': 'file', 'sources': {'a': 1, 'b': '/nowhere/b.npy'}}",
      "wrong_type /here/sources/a\nnot_found /here/sources/b" },
};

START_TEST(wrong_files_are_named)
{
    struct error_list errors = { 0 };
    struct text text = { 0 };

    ck_assert_ptr_null(
        inline_dataset_open(bench_component(&inline_dataset_family, refused[_i].json), DATASET_USE, &errors));
    for (size_t i = 0; i < errors.count; i++)
        text_format(&text, "%s%s %s", i > 0 ? "\n" : "", error_code_name(errors.items[i].code),
                    errors.items[i].pointer);
    ck_assert_str_eq(text_bytes(&text), refused[_i].errors);
    error_list_fini(&errors);
    text_fini(&text);
}
END_TEST

Suite *in_place_suite(void)
{
    Suite *suite = suite_create("in_place");
    TCase *tcase = tcase_create("in_place");

    tcase_add_loop_test(tcase, arrays_stay_where_they_are, 0, COUNT(arrays));
    tcase_add_loop_test(tcase, members_of_an_npz_stay_and_stream, 0, 9);
    tcase_add_test(tcase, checksums_are_looked_at_unless_told_otherwise);
    tcase_add_test(tcase, a_long_end_record_is_followed);
    tcase_add_loop_test(tcase, sources_of_hdf5_stay_in_the_file, 0, COUNT(hdf5_sources));
    tcase_add_test(tcase, threads_read_rows_at_the_same_time);
    tcase_add_test(tcase, a_file_may_be_larger_than_the_limit);
    tcase_add_loop_test(tcase, wrong_files_are_named, 0, COUNT(refused));
    suite_add_tcase(suite, tcase);
    return suite;
}
