/* tests/api/test_datasets.c -- uploads of every format, refused ones, versions, deletion. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/base64.h"
#include "engine/checkpoint/sha256.h"
#include "engine/data/dataset.h"
#include "engine/data/gzip.h"
#include "tests/api/endpoint_suites.h"
#include "tests/api/service_fixture.h"

static const char csv[] = "a,b,label\n1,2,0\n3,4,1\n5,6,0\n";

/* How many entries a folder of datasets has: nothing may be left behind. */
static int entries(const char *folder)
{
    DIR *listing = opendir(folder);
    struct dirent *entry;
    int count = 0;

    ck_assert_ptr_nonnull(listing);
    while ((entry = readdir(listing)))
        count += entry->d_name[0] != '.';
    closedir(listing);
    return count;
}

START_TEST(what_ships_is_there)
{
    ask("GET /v1/datasets");
    ck_status(200);
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 1);
    ck_assert_str_eq(text("items/0/name"), "digits");
    ask("GET /v1/datasets/digits");
    ck_status(200);
    ck_assert_double_eq(real("examples"), 1797);
    ck_assert_str_eq(text("sources/0/name"), "features");
    ck_assert_double_eq(real("sources/0/shape/1"), 64);
    ask("DELETE /v1/datasets/digits");
    ck_problem(409, "conflict-state");
    ask_with("PUT /v1/datasets/digits", NULL, csv);
    ck_problem(409, "conflict-state");
}
END_TEST

START_TEST(a_csv_becomes_a_dataset)
{
    char etag[128];

    ask_with("PUT /v1/datasets/mine?target=label", NULL, csv);
    ck_status(201);
    ck_assert_str_eq(answer_header("Location"), "/v1/datasets/mine");
    ck_assert_str_eq(text("name"), "mine");
    ck_assert_double_eq(real("examples"), 3);
    ck_assert_str_eq(text("sources/0/name"), "features");
    ck_assert_double_eq(real("sources/0/shape/0"), 3);
    ck_assert_double_eq(real("sources/0/shape/1"), 2);
    ck_assert_str_eq(text("sources/1/name"), "targets");
    ck_assert_str_eq(text("sources/1/dtype"), "int64");
    snprintf(etag, sizeof(etag), "\"sha256-%s\"", text("sha256"));
    ck_assert_str_eq(answer_header("ETag"), etag);
    ask("GET /v1/datasets/mine");
    ck_status(200);
    ck_assert_str_eq(answer_header("ETag"), etag);
    ask("GET /v1/datasets?limit=1");
    ck_assert_str_eq(text("items/0/name"), "digits");
    ck_assert(cJSON_IsString(member("next")));
}
END_TEST

START_TEST(a_stored_dataset_can_be_trained_on)
{
    struct dataset_scope scope = { service.datasets, PROJECT };
    struct dataset_source source = datasets_source(&scope);
    struct dataset *dataset = NULL, *again = NULL;
    struct error err = { 0 };

    ask_with("PUT /v1/datasets/mine?target=label", NULL, csv);
    ck_assert_msg(source.open(source.context, "mine", &dataset, &err), "%s", err.message);
    ck_assert_int_eq(dataset->examples, 3);
    ck_assert(tensor_read(&dataset_source(dataset, "features")->array.tensor, 5) == 6);
    ck_assert(tensor_read(&dataset_source(dataset, "targets")->array.tensor, 1) == 1);
    ck_assert(source.open(source.context, "mine", &again, &err));
    ck_assert_ptr_eq(dataset, again); /* mapped once */
    dataset_unref(again);
    ask("DELETE /v1/datasets/mine");
    ck_status(204);
    ck_assert(tensor_read(&dataset_source(dataset, "features")->array.tensor, 5) ==
              6); /* whoever has it keeps it */
    ck_assert(!source.open(source.context, "mine", &again, &err));
    ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
    dataset_unref(dataset);
    ck_assert(source.open(source.context, "digits", &dataset, &err));
    dataset_unref(dataset);
}
END_TEST

static const struct {
    const char *file, *source;
} formats[] = {
    { "stored.npz", NULL },          { "deflated.npz", NULL },
    { "little_f4.npy", "features" }, { "little_f4.npy.gz", "features" },
    { "u1.idx", "features" },        { "u1.idx.gz", "features" },
};

START_TEST(every_format_is_taken)
{
    char line[128];

    if (formats[_i].source)
        snprintf(line, sizeof(line), "PUT /v1/datasets/mine/sources/%s", formats[_i].source);
    else
        snprintf(line, sizeof(line), "PUT /v1/datasets/mine");
    ask_file(line, NULL, formats[_i].file);
    ck_status(201);
    ck_assert_double_ge(real("examples"), 1);
    ck_assert_int_eq(entries(datasets_root(service.datasets)), 1);
    ck_assert_int_eq(entries(datasets_incoming_folder(service.datasets)), 0);
}
END_TEST

/* Of what has to be read from several ends, too. */
START_TEST(gzip_around_a_whole_dataset_is_taken_off)
{
    static char bytes[1 << 20];
    const size_t length = read_test_file("stored.npz", bytes, sizeof(bytes));
    struct text packed = { 0 };

    ck_assert(gzip_pack(bytes, length, &packed));
    ask_bytes("PUT /v1/datasets/mine", HEADERS("Content-Encoding: gzip"), packed.bytes, packed.length);
    ck_status(201);
    ask_bytes("PUT /v1/datasets/other", NULL, bytes, length);
    ck_status(201);
    ask("GET /v1/datasets");
    ck_assert_str_eq(text("items/1/sha256"), text("items/2/sha256"));
    ask_bytes("PUT /v1/datasets/plain", HEADERS("Content-Encoding: gzip"), bytes, length);
    ck_problem(422, "validation-failed");
    ask_bytes("PUT /v1/datasets/cut", NULL, packed.bytes, packed.length - 20);
    ck_problem(422, "validation-failed");
    ck_assert_int_eq(entries(datasets_incoming_folder(service.datasets)), 0);
    text_fini(&packed);
    packed = (struct text){ 0 };
    ck_assert(gzip_pack(csv, strlen(csv), &packed));
    ask_bytes("PUT /v1/datasets/table", NULL, packed.bytes, packed.length);
    ck_status(201);
    text_fini(&packed);
}
END_TEST

START_TEST(sources_are_added_one_by_one)
{
    char first[80];

    ask_file("PUT /v1/datasets/mine/sources/a", NULL, "little_f4.npy");
    ck_status(201);
    snprintf(first, sizeof(first), "%s", text("sha256"));
    ask_file("PUT /v1/datasets/mine/sources/b", NULL, "little_i8.npy");
    ck_status(200);
    ck_assert_int_eq(cJSON_GetArraySize(member("sources")), 2);
    ask_file("PUT /v1/datasets/mine/sources/b", NULL, "little_u1.npy"); /* instead of the one before */
    ck_status(200);
    ck_assert_int_eq(cJSON_GetArraySize(member("sources")), 2);
    ck_assert_str_eq(text("sources/1/dtype"), "uint8");
    ck_assert_str_ne(text("sha256"), first);
    ck_assert_int_eq(entries(datasets_root(service.datasets)), 1); /* former versions are gone */
}
END_TEST

static const struct {
    const char *line, *body;
    unsigned status;
    const char *problem;
} refused[] = {
    { "PUT /v1/datasets/x", "", 422, "validation-failed" },
    { "PUT /v1/datasets/x", "1,2\n3\n", 422, "validation-failed" },
    { "PUT /v1/datasets/x", "a,b\n1,z\n", 422, "validation-failed" },
    { "PUT /v1/datasets/x?target=nope", "a,b\n1,2\n", 422, "validation-failed" },
    { "PUT /v1/datasets/x", "PK\x03\x04 no zip", 422, "validation-failed" },
    { "PUT /v1/datasets/x", "\x89HDF\r\n\x1a\n", 422, "validation-failed" },
    { "PUT /v1/datasets/x?column=1", "1,2\n", 400, "invalid-parameter" },
    { "PUT /v1/datasets/x/sources/a", "1,2\n", 422, "validation-failed" },
    { "PUT /v1/datasets/x/sources/a", "\x93NUMPY", 422, "validation-failed" },
    { "PUT /v1/datasets/x/sources/1-a", "1,2\n", 422, "validation-failed" },
    { "PUT /v1/datasets/.x", "1,2\n", 404, "not-found" },
};

START_TEST(wrong_uploads_leave_nothing_behind)
{
    ask_with(refused[_i].line, NULL, refused[_i].body);
    ck_problem(refused[_i].status, refused[_i].problem);
    ask("GET /v1/datasets/x");
    ck_problem(404, "not-found");
    ck_assert_int_eq(entries(datasets_root(service.datasets)), 0);
    ck_assert_int_eq(entries(datasets_incoming_folder(service.datasets)), 0);
}
END_TEST

START_TEST(a_digest_is_checked)
{
    char hex[SHA256_TEXT_BYTES], base64[BASE64_SHA256_BYTES], header[128];

    ask_with("PUT /v1/datasets/x",
             HEADERS("Content-Digest: sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"), csv);
    ck_problem(422, "checksum-mismatch");
    ask_with("PUT /v1/datasets/x", HEADERS("Content-Digest: sha-256=nonsense"), csv);
    ck_problem(422, "checksum-mismatch");
    sha256_of(csv, strlen(csv), hex);
    ck_assert(base64_of_sha256(hex, base64));
    snprintf(header, sizeof(header), "Content-Digest: sha-256=:%s:", base64);
    ask_with("PUT /v1/datasets/x", HEADERS(header), csv);
    ck_status(201);
}
END_TEST

START_TEST(versions_are_told_apart)
{
    char match[128], none_match[128];

    ask_with("PUT /v1/datasets/x", HEADERS("If-None-Match: *"), csv);
    ck_status(201);
    snprintf(none_match, sizeof(none_match), "If-None-Match: %s", answer_header("ETag"));
    snprintf(match, sizeof(match), "If-Match: \"other\", %s", answer_header("ETag"));
    ask_with("PUT /v1/datasets/x", HEADERS("If-None-Match: *"), csv);
    ck_problem(412, "precondition-failed");
    ask_with("PUT /v1/datasets/x", HEADERS(none_match), csv);
    ck_problem(412, "precondition-failed");
    ask_with("PUT /v1/datasets/y", HEADERS("If-Match: *"), csv);
    ck_problem(412, "precondition-failed");
    ask_with("PUT /v1/datasets/x", HEADERS("If-Match: *"), csv);
    ck_status(200);
    ask_with("PUT /v1/datasets/x", HEADERS(match), "1,2\n3,4\n");
    ck_status(200);
    ask_with("PUT /v1/datasets/x", HEADERS(match), csv);
    ck_problem(412, "precondition-failed");
    ask_with("DELETE /v1/datasets/x", HEADERS(match), NULL);
    ck_problem(412, "precondition-failed");
    ask_file("PUT /v1/datasets/x/sources/a", HEADERS(match), "little_f4.npy");
    ck_problem(412, "precondition-failed");
    ck_assert_int_eq(entries(datasets_root(service.datasets)), 1);
}
END_TEST

/* What a process leaves behind that ends between writing the files and making the row. */
static void leave_folder(const char *prefix, const char *name, const char *file)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s%s", datasets_root(service.datasets), prefix, name);
    ck_assert(mkdir(path, 0700) == 0 || errno == EEXIST);
    snprintf(path, sizeof(path), "%s/%s%s/%s", datasets_root(service.datasets), prefix, name, file);
    fclose(fopen(path, "w"));
}

START_TEST(folders_without_a_row_are_collected)
{
    char orphan[IDENTIFIER_TEXT_BYTES];
    struct error err = { 0 };
    size_t removed;

    identifier_new(orphan);
    ask_with("PUT /v1/datasets/x", NULL, csv);
    ask_with("PUT /v1/datasets/y", NULL, csv);
    leave_folder("", orphan, "dataset.json");
    leave_folder("", orphan, "features.npy");
    leave_folder("new-", orphan, "features.npy");
    leave_folder("", "lost+found", "not ours");
    ck_assert(datasets_collect(service.datasets, service.pool, false, &removed, &err));
    ck_assert_uint_eq(removed, 0); /* perhaps another server is just writing them */
    ck_assert(datasets_collect(service.datasets, service.pool, true, &removed, &err));
    ck_assert_uint_eq(removed, 2);
    ck_assert_int_eq(entries(datasets_root(service.datasets)), 3);
    ask("DELETE /v1/datasets/x");
    ask("DELETE /v1/datasets/y");
    ck_assert(datasets_collect(service.datasets, service.pool, true, &removed, &err));
    ck_assert_uint_eq(removed, 0);
    ck_assert_int_eq(entries(datasets_root(service.datasets)), 1);
}
END_TEST

START_TEST(a_dataset_that_a_job_needs_stays)
{
    char id[IDENTIFIER_TEXT_BYTES];

    ask_with("PUT /v1/datasets/x", NULL, csv);
    make_job("a", id);
    cluster_run(store.db, "UPDATE jobs SET datasets = '{x}'");
    ask("DELETE /v1/datasets/x");
    ck_problem(409, "conflict-state");
    ask("GET /v1/datasets/x");
    ck_status(200);
}
END_TEST

Suite *datasets_suite(void)
{
    Suite *suite = suite_create("datasets");
    TCase *tests = tcase_create("datasets");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, service_open, service_close);
    tcase_add_test(tests, what_ships_is_there);
    tcase_add_test(tests, a_csv_becomes_a_dataset);
    tcase_add_test(tests, a_stored_dataset_can_be_trained_on);
    tcase_add_loop_test(tests, every_format_is_taken, 0, (int)COUNT(formats));
    tcase_add_test(tests, gzip_around_a_whole_dataset_is_taken_off);
    tcase_add_test(tests, sources_are_added_one_by_one);
    tcase_add_loop_test(tests, wrong_uploads_leave_nothing_behind, 0, (int)COUNT(refused));
    tcase_add_test(tests, a_digest_is_checked);
    tcase_add_test(tests, versions_are_told_apart);
    tcase_add_test(tests, folders_without_a_row_are_collected);
    tcase_add_test(tests, a_dataset_that_a_job_needs_stays);
    suite_add_tcase(suite, tests);
    return suite;
}
