/* tests/api/test_checkpoints.c -- listing, downloading and deleting what a job has saved. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/base64.h"
#include "engine/checkpoint/archive_writer.h"
#include "engine/checkpoint/sha256.h"
#include "server/store/checkpoints.h"
#include "tests/api/endpoint_suites.h"
#include "tests/api/service_fixture.h"

static struct job job;
static char path[PATH_MAX]; /* of the newest file */

static void open_checkpoints(void)
{
    service_open();
    job = make_running_job();
}

/* Saves an archive with these parameters as `name`. */
static struct checkpoint_row save(const char *name, const char *parameters)
{
    const struct archive_piece piece = { parameters, strlen(parameters) }, more = { "{}", 2 };
    struct checkpoint_row row = { .path = name,
                                  .iterations_done = 30,
                                  .epochs_done = 1,
                                  .epoch = job.epoch,
                                  .resumable = true,
                                  .metadata = "{\"format\":1}" };
    char file[CHECKPOINT_FILE_BYTES];
    struct archive_writer *writer;
    struct error err = { 0 };
    uint64_t bytes;

    identifier_new(row.id);
    strcpy(row.job, job.id);
    ck_assert(checkpoint_files_place(service.checkpoints, job.id, row.id, file, path, &err));
    writer = archive_writer_open(path, &err);
    ck_assert(writer && archive_writer_add(writer, "_parameters", &piece, 1, &err) &&
              archive_writer_add(writer, "_main_loop/manifest.json", &more, 1, &err) &&
              archive_writer_commit(writer, &bytes, row.sha256, &err));
    archive_writer_close(writer);
    row.file = arena_text(&store.arena, file);
    row.bytes = (int64_t)bytes;
    ck_result(store_checkpoint_insert(store.db, &row, &store.err), STORE_OK);
    return row;
}

static const char *line(const char *method, const char *checkpoint, const char *rest)
{
    static char out[1024];

    snprintf(out, sizeof(out), "%s /v1/jobs/%s/checkpoints%s%s%s", method, job.id, *checkpoint ? "/" : "",
             checkpoint, rest);
    return out;
}

/* The bytes of a reply that is a file. */
static const char *sent_bytes(void)
{
    static char bytes[4096];
    const struct reply *reply = &answer.exchange->reply;
    ssize_t length = pread(reply->file_descriptor, bytes, reply->file_bytes < 4095 ? reply->file_bytes : 4095,
                           (off_t)reply->file_offset);

    ck_assert_int_ge(length, 0);
    bytes[length] = '\0';
    return bytes;
}

START_TEST(checkpoints_are_listed_newest_first)
{
    struct checkpoint_row first = save("last.tar", "old"), second = save("best.tar", "x"),
                          third = save("last.tar", "new");
    char next[512];

    ask(line("GET", "", ""));
    ck_status(200);
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 3);
    ck_assert_str_eq(text("items/0/id"), third.id);
    ck_assert_str_eq(text("items/1/id"), second.id);
    ck_assert_str_eq(text("items/2/id"), first.id);
    ask(line("GET", "", "?limit=2"));
    snprintf(next, sizeof(next), "?cursor=%s", text("next"));
    ask(line("GET", "", next));
    ck_assert_int_eq(cJSON_GetArraySize(member("items")), 1);
    ck_assert_str_eq(text("items/0/id"), first.id);
    ck_assert(cJSON_IsNull(member("next")));
}
END_TEST

START_TEST(a_checkpoint_is_found_by_id_and_by_path)
{
    struct checkpoint_row old = save("last.tar", "old"), new = save("last.tar", "new");

    ask(line("GET", old.id, ""));
    ck_status(200);
    ck_assert_str_eq(text("sha256"), old.sha256);
    ck_assert_str_eq(text("path"), "last.tar");
    ck_assert_double_eq(real("bytes"), (double)old.bytes);
    ck_assert_double_eq(real("iterations_done"), 30);
    ck_assert_double_eq(real("metadata/format"), 1);
    ck_assert_ptr_nonnull(strstr(text("links/archive"), old.id));
    ask(line("GET", "last.tar", ""));
    ck_assert_str_eq(text("id"), new.id);
    ask(line("GET", "best.tar", ""));
    ck_problem(404, "not-found");
    ask(line("GET", "999999", "/archive"));
    ck_problem(404, "not-found");
}
END_TEST

START_TEST(an_archive_is_downloaded)
{
    struct checkpoint_row row = save("best.tar", "the parameters");
    char etag[128], digest[BASE64_SHA256_BYTES], repr[128];

    ask(line("GET", row.id, "/archive"));
    ck_status(200);
    snprintf(etag, sizeof(etag), "\"sha256-%s\"", row.sha256);
    ck_assert_str_eq(answer_header("ETag"), etag);
    ck_assert(base64_of_sha256(row.sha256, digest));
    snprintf(repr, sizeof(repr), "sha-256=:%s:", digest);
    ck_assert_str_eq(answer_header("Repr-Digest"), repr);
    ck_assert_str_eq(answer_header("Content-Type"), "application/x-tar");
    ck_assert_str_eq(answer_header("Content-Disposition"), "attachment; filename=\"job-best.tar\"");
    ck_assert_ptr_nonnull(strstr(answer_header("Cache-Control"), "immutable"));
    ck_assert_ptr_nonnull(strstr(answer_header("Last-Modified"), " GMT"));
    ck_assert_uint_eq(answer.exchange->reply.file_bytes, (uint64_t)row.bytes);
    ck_assert_str_eq(sent_bytes(), "_parameters"); /* a tar begins with the name of its first member */
    ask(line("GET", "best.tar", "/archive"));
    ck_assert_str_eq(answer_header("Cache-Control"), "private, no-cache");
}
END_TEST

START_TEST(a_part_of_an_archive_is_downloaded)
{
    struct checkpoint_row row = save("best.tar", "the parameters");
    char range[64], condition[128];

    ask_with(line("GET", row.id, "/archive"), HEADERS("Range: bytes=1-4"), NULL);
    ck_status(206);
    ck_assert_str_eq(sent_bytes(), "para");
    ask_with(line("GET", row.id, "/archive"), HEADERS("Range: bytes=99999999999-"), NULL);
    ck_problem(416, "range-not-satisfiable");
    snprintf(range, sizeof(range), "bytes */%lld", (long long)row.bytes);
    ck_assert_str_eq(answer_header("Content-Range"), range);
    ask_with(line("GET", row.id, "/archive"), HEADERS("Range: bytes=0-9", "If-Range: \"old\""), NULL);
    ck_status(200);
    snprintf(condition, sizeof(condition), "If-None-Match: \"sha256-%s\"", row.sha256);
    ask_with(line("GET", row.id, "/archive"), HEADERS(condition), NULL);
    ck_status(304);
    ck_assert_int_eq(answer.exchange->reply.file_descriptor, -1);
}
END_TEST

START_TEST(parameters_are_cut_out_of_the_archive)
{
    struct checkpoint_row row = save("best.tar", "the parameters");
    char hex[SHA256_TEXT_BYTES], base64[BASE64_SHA256_BYTES], digest[128];

    sha256_of("the parameters", strlen("the parameters"), hex);
    ck_assert(base64_of_sha256(hex, base64));
    snprintf(digest, sizeof(digest), "sha-256=:%s:", base64);
    ask(line("GET", row.id, "/parameters.npz"));
    ck_status(200);
    ck_assert_str_eq(answer_header("Repr-Digest"), digest);
    ck_assert_str_eq(sent_bytes(), "the parameters");
    ck_assert_str_eq(answer_header("Content-Disposition"), "attachment; filename=\"job-best.tar.npz\"");
    ask_with(line("GET", row.id, "/parameters.npz"), HEADERS("Range: bytes=4-"), NULL);
    ck_status(206);
    ck_assert_str_eq(sent_bytes(), "parameters");
}
END_TEST

START_TEST(a_damaged_file_is_noticed_before_the_first_byte)
{
    struct checkpoint_row row = save("best.tar", "the parameters");

    ck_assert_int_eq(truncate(path, row.bytes - 1), 0);
    ask(line("GET", row.id, "/archive"));
    ck_problem(500, "checksum-mismatch");
    ck_assert_int_eq(unlink(path), 0);
    ask(line("GET", row.id, "/archive"));
    ck_problem(500, "checksum-mismatch");
    ask(line("GET", row.id, ""));
    ck_status(200);
}
END_TEST

START_TEST(a_deleted_checkpoint_stays_readable_for_downloads_under_way)
{
    struct checkpoint_row row = save("best.tar", "the parameters");
    struct exchange *download = call(&service_context, line("GET", row.id, "/archive"), NULL, NULL);
    char byte;

    ask_with(line("DELETE", row.id, ""), HEADERS("If-Match: \"x\""), NULL);
    ck_problem(412, "precondition-failed");
    ask(line("DELETE", row.id, ""));
    ck_status(204);
    ck_assert_int_ne(access(path, F_OK), 0);
    ask(line("DELETE", row.id, ""));
    ck_problem(404, "not-found");
    ask(line("GET", row.id, "/archive"));
    ck_problem(404, "not-found");
    ck_assert_int_eq(pread(download->reply.file_descriptor, &byte, 1, row.bytes - 1), 1);
    exchange_close(download);
}
END_TEST

START_TEST(another_job_has_other_checkpoints)
{
    struct checkpoint_row row = save("best.tar", "x");
    char other[IDENTIFIER_TEXT_BYTES], line_text[256];

    make_job("other", other);
    snprintf(line_text, sizeof(line_text), "GET /v1/jobs/%s/checkpoints/%s/archive", other, row.id);
    ask(line_text);
    ck_problem(404, "not-found");
}
END_TEST

Suite *checkpoints_suite(void)
{
    Suite *suite = suite_create("checkpoints");
    TCase *tests = tcase_create("checkpoints");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, open_checkpoints, service_close);
    tcase_add_test(tests, checkpoints_are_listed_newest_first);
    tcase_add_test(tests, a_checkpoint_is_found_by_id_and_by_path);
    tcase_add_test(tests, an_archive_is_downloaded);
    tcase_add_test(tests, a_part_of_an_archive_is_downloaded);
    tcase_add_test(tests, parameters_are_cut_out_of_the_archive);
    tcase_add_test(tests, a_damaged_file_is_noticed_before_the_first_byte);
    tcase_add_test(tests, a_deleted_checkpoint_stays_readable_for_downloads_under_way);
    tcase_add_test(tests, another_job_has_other_checkpoints);
    suite_add_tcase(suite, tests);
    return suite;
}
