/* tests/checkpoint/test_archive.c -- archives are whole or absent, equal for equal members, and mistrusted
 * when read. */
#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/checkpoint/archive_reader.h"
#include "engine/checkpoint/archive_writer.h"
#include "engine/checkpoint/npz_writer.h"

static char folder[] = "/tmp/kiln-archive-XXXXXX";
static char path[64];
static struct error err;

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/a.tar", folder);
}

static void teardown(void)
{
    unlink(path);
    rmdir(folder);
}

static void write_two_members(char sha256[SHA256_TEXT_BYTES])
{
    struct archive_writer *writer = archive_writer_open(path, &err);
    const struct archive_piece pieces[] = { { "hello ", 6 }, { "world", 5 } };
    uint64_t bytes;

    ck_assert_ptr_nonnull(writer);
    ck_assert(archive_writer_add(writer, "first", pieces, 2, &err));
    ck_assert(archive_writer_begin(writer, "_main_loop/second", 3, &err));
    ck_assert(archive_writer_put(writer, "abc", 3, &err));
    ck_assert(archive_writer_commit(writer, &bytes, sha256, &err));
    archive_writer_close(writer);

    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq((uint64_t)status.st_size, bytes);
}

static size_t files_in_folder(void)
{
    DIR *opened = opendir(folder);
    size_t count = 0;

    for (struct dirent *entry; (entry = readdir(opened));)
        count += entry->d_name[0] != '.';
    closedir(opened);
    return count;
}

START_TEST(what_was_written_is_read_back_in_order)
{
    char sha256[SHA256_TEXT_BYTES];
    size_t count;

    write_two_members(sha256);
    struct archive_reader *reader = archive_reader_open(path, &err);
    ck_assert_msg(reader != NULL, "%s", err.message);
    const struct archive_member *members = archive_reader_members(reader, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(members[0].name, "first");
    ck_assert_uint_eq(members[0].length, 11);
    ck_assert_mem_eq(members[0].bytes, "hello world", 11);
    ck_assert_uint_eq(members[0].offset, 512);
    ck_assert_mem_eq(archive_reader_find(reader, "_main_loop/second")->bytes, "abc", 3);
    ck_assert_ptr_null(archive_reader_find(reader, "third"));
    archive_reader_close(reader);
}
END_TEST

START_TEST(equal_members_give_equal_bytes_and_the_digest_is_of_the_file)
{
    char one[SHA256_TEXT_BYTES], two[SHA256_TEXT_BYTES], whole[SHA256_TEXT_BYTES], bytes[65536];

    write_two_members(one);
    sleep(1); /* another time of writing must not show */
    write_two_members(two);
    ck_assert_str_eq(one, two);
    FILE *file = fopen(path, "rb");
    size_t length = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    sha256_of(bytes, length, whole);
    ck_assert_str_eq(one, whole);
}
END_TEST

START_TEST(without_a_commit_the_old_file_stays_and_nothing_is_left)
{
    char sha256[SHA256_TEXT_BYTES];

    write_two_members(sha256);
    struct archive_writer *writer = archive_writer_open(path, &err);
    ck_assert(archive_writer_begin(writer, "other", 100, &err));
    archive_writer_close(writer);
    ck_assert_uint_eq(files_in_folder(), 1);
    struct archive_reader *reader = archive_reader_open(path, &err);
    ck_assert_ptr_nonnull(archive_reader_find(reader, "first"));
    archive_reader_close(reader);
}
END_TEST

/* The disk is full as soon as more than this is written. */
static bool write_with_room(rlim_t bytes)
{
    static const char member[64 * 1024];
    const struct archive_piece piece = { member, sizeof member };
    struct archive_writer *writer = archive_writer_open(path, &err);
    struct rlimit limit, lower;
    char sha256[SHA256_TEXT_BYTES];
    uint64_t written_bytes;
    bool written;

    ck_assert_ptr_nonnull(writer);
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    lower = (struct rlimit){ .rlim_cur = bytes, .rlim_max = limit.rlim_max };
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &lower), 0);
    written = archive_writer_add(writer, "large", &piece, 1, &err) &&
              archive_writer_commit(writer, &written_bytes, sha256, &err);
    archive_writer_close(writer);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    return written;
}

START_TEST(a_write_that_fails_leaves_the_old_file)
{
    char sha256[SHA256_TEXT_BYTES];

    write_two_members(sha256);
    for (rlim_t bytes = 0; bytes <= 60 * 1024; bytes += 20 * 1024) {
        ck_assert(!write_with_room(bytes));
        ck_assert_int_eq(err.code, ERROR_IO);
        ck_assert_uint_eq(files_in_folder(), 1);
    }
    ck_assert(write_with_room(1024 * 1024));
}
END_TEST

START_TEST(a_missing_folder_and_a_missing_file_are_told_apart)
{
    ck_assert_ptr_null(archive_writer_open("/nonexistent-folder/a.tar", &err));
    ck_assert_int_eq(err.code, ERROR_IO);
    ck_assert_ptr_null(archive_reader_open(path, &err));
    ck_assert_int_eq(err.code, ERROR_NOT_FOUND);
}
END_TEST

/* Cutting the file anywhere must never read as whole unless only the padding is gone. */
START_TEST(a_cut_archive_is_refused_or_lacks_a_member)
{
    char sha256[SHA256_TEXT_BYTES];

    write_two_members(sha256);
    for (long length = 1; length < 1024 + 512 + 3; length += 7) {
        ck_assert_int_eq(truncate(path, length), 0);
        struct archive_reader *reader = archive_reader_open(path, &err);
        if (reader)
            ck_assert_ptr_null(archive_reader_find(reader, "_main_loop/second"));
        else
            ck_assert_int_eq(err.code, ERROR_CORRUPT);
        archive_reader_close(reader);
        write_two_members(sha256);
    }
}
END_TEST

/* Made by tar itself: each holds something that a checkpoint never holds. */
static const char *const hostile[] = {
    "ln -s /etc/passwd link && tar -cf a.tar link",
    "mkdir folder && tar -cf a.tar folder; rmdir folder",
    "echo x > ../kiln-outside && tar -P -cf a.tar ../kiln-outside; rm ../kiln-outside",
    "echo x > one && tar -cf a.tar one one --hard-dereference; rm one",
    "echo x > one && tar -czf a.tar one; rm one",
    "echo x > one && ln one two && tar -cf a.tar one two; rm one two",
    "head -c 3000 /dev/urandom > a.tar",
};

START_TEST(hostile_archives_are_refused)
{
    char command[512];

    snprintf(command, sizeof(command), "cd %s && %s", folder, hostile[_i]);
    ck_assert_int_eq(system(command), 0);
    struct archive_reader *reader = archive_reader_open(path, &err);
    ck_assert_msg(reader == NULL, "accepted: %s", hostile[_i]);
    ck_assert_int_eq(err.code, ERROR_CORRUPT);
    snprintf(command, sizeof(command), "rm -f %s/link", folder);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

static bool collect(void *context, const void *bytes, size_t length, struct error *error)
{
    (void)error;
    return fwrite(bytes, 1, length, context) == length;
}

START_TEST(an_npz_is_a_zip_of_npy_files)
{
    float matrix[6] = { 1, 2, 3, 4, 5, 6 };
    double scalar = 0.25;
    const struct named_tensor arrays[] = {
        { "|mlp|linear_0.W", { DTYPE_FLOAT32, { 2, { 2, 3 } }, matrix } },
        { "rate", { DTYPE_FLOAT64, { 0, { 0 } }, &scalar } },
    };
    char command[256], answer[256] = "";
    FILE *file = fopen(path, "wb");

    ck_assert(npz_write(arrays, 2, collect, file, &err));
    fclose(file);
    snprintf(command, sizeof(command),
             "/usr/bin/python3 -c \"import numpy as n; z = n.load('%s'); print(z.files, "
             "z['|mlp|linear_0.W'].tolist(), "
             "z['|mlp|linear_0.W'].dtype, z['rate'][()])\"",
             path);
    FILE *python = popen(command, "r");
    ck_assert_ptr_nonnull(fgets(answer, sizeof(answer), python));
    ck_assert_int_eq(pclose(python), 0);
    ck_assert_str_eq(answer, "['|mlp|linear_0.W', 'rate'] [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]] float32 0.25\n");
}
END_TEST

Suite *archive_suite(void)
{
    Suite *suite = suite_create("archive");
    TCase *tests = tcase_create("archive");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_was_written_is_read_back_in_order);
    tcase_add_test(tests, equal_members_give_equal_bytes_and_the_digest_is_of_the_file);
    tcase_add_test(tests, without_a_commit_the_old_file_stays_and_nothing_is_left);
    tcase_add_test(tests, a_write_that_fails_leaves_the_old_file);
    tcase_add_test(tests, a_missing_folder_and_a_missing_file_are_told_apart);
    tcase_add_test(tests, a_cut_archive_is_refused_or_lacks_a_member);
    tcase_add_loop_test(tests, hostile_archives_are_refused, 0, COUNT(hostile));
    tcase_add_test(tests, an_npz_is_a_zip_of_npy_files);
    suite_add_tcase(suite, tests);
    return suite;
}
