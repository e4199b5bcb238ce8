/* api/endpoints/dataset_put.c -- stores an upload: a whole dataset, or one source of it.
 *
 * If-None-Match: * only creates, If-Match only replaces one of the versions it names; Content-Digest is
 * checked. */
#include <string.h>
#include <strings.h>

#include "api/base64.h"
#include "api/endpoints/endpoints.h"
#include "api/etag.h"
#include "api/views/dataset_view.h"
#include "engine/checkpoint/sha256.h"
#include "engine/data/byte_reader.h"
#include "engine/data/file_map.h"

const struct param dataset_params[] = {
    PARAM(
        dataset_query, target, TEXT,
        .about =
            "Of a CSV: the column that holds the class, by its header or its number from 1; -1 is the last."),
    PARAM_END,
};

/* The digest of the version to be replaced, as the store wants it: it compares once more when it stores.
 * False with the reply filled in when the conditions do not hold now. */
static bool read_condition(const struct request *request, struct reply *reply, struct db *db,
                           const char **out_expected)
{
    const char *match = request_header_list(request, "If-Match");
    const char *none_match = request_header_list(request, "If-None-Match"), *tag = NULL;
    struct dataset_row row;
    struct error err = { 0 };

    *out_expected = NULL;
    if (!match && !none_match)
        return true;
    if (datasets_find_row(request->service->datasets, db, request->project, request->path_values[0],
                          request->arena, &row, &err)) {
        tag = dataset_tag(request->arena, &row);
    } else if (err.code != ERROR_NOT_FOUND) {
        reply_error(request, reply, &err);
        return false;
    }
    if ((match && !(tag && etag_list_has_strong(match, tag))) ||
        (none_match && tag && etag_list_has_weak(none_match, tag))) {
        reply_problem(request, reply, PROBLEM_PRECONDITION_FAILED,
                      tag ? "The dataset is another version." : "There is no such dataset.");
        return false;
    }
    *out_expected = tag ? arena_text(request->arena, row.sha256) : "";
    return true;
}

/* True unless Content-Digest names another SHA-256 than the body's. */
static bool check_digest(const struct request *request, struct reply *reply, const struct file_map *body)
{
    const char *given = request_header_list(request, "Content-Digest");
    char hex[SHA256_TEXT_BYTES], base64[BASE64_SHA256_BYTES];
    const char *at = given ? strstr(given, "sha-256=") : NULL;

    if (!at)
        return true;
    sha256_of(body->bytes, body->length, hex);
    at += strlen("sha-256=");
    if (base64_of_sha256(hex, base64) && at[0] == ':' && strncmp(at + 1, base64, strlen(base64)) == 0 &&
        at[1 + strlen(base64)] == ':')
        return true;
    reply_problem(request, reply, PROBLEM_CHECKSUM_MISMATCH,
                  "The body does not have the SHA-256 of Content-Digest.");
    return false;
}

/* False when Content-Encoding promises what the body is not. */
static bool check_coding(const struct request *request, const struct file_map *body, struct error *err)
{
    const char *coding = request_header(request, "Content-Encoding");

    if (!coding || strcasecmp(coding, "gzip") != 0 ||
        byte_encoding_guess(body->bytes, body->length) == BYTES_GZIP)
        return true;
    RAISE(err, ERROR_INVALID_VALUE, NULL, "the body is not gzip");
    return error_hint(err, "Content-Encoding says so: leave it out, or send gzip.");
}

static void reply_refused(const struct request *request, struct reply *reply, const struct error *err)
{
    struct error_list errors = { 0 };

    if (problem_of_error(err->code) != PROBLEM_VALIDATION_FAILED) {
        reply_error(request, reply, err);
        return;
    }
    error_list_add(&errors, err);
    reply_errors(request, reply, PROBLEM_VALIDATION_FAILED, "dataset", &errors);
    error_list_fini(&errors);
}

static void store(struct request *request, struct reply *reply, struct db *db,
                  const struct dataset_upload *upload)
{
    struct dataset_row row;
    struct error err = { 0 };

    switch (datasets_put(request->service->datasets, db, upload, request->arena, &row, &err)) {
    case DATASET_CREATED:
        reply_dataset(request, reply, 201, &row);
        reply_header(reply, "Location", arena_format(request->arena, "/v1/datasets/%s", row.name));
        return;
    case DATASET_REPLACED:
        reply_dataset(request, reply, 200, &row);
        return;
    case DATASET_CHANGED:
        reply_problem(request, reply, PROBLEM_PRECONDITION_FAILED,
                      "The dataset is not the expected version.");
        return;
    case DATASET_FAILED:
        reply_refused(request, reply, &err);
        return;
    }
}

static void put(struct request *request, struct reply *reply, struct db *db, const char *source,
                const char *target)
{
    struct dataset_upload upload = {
        .project = request->project, .name = request->path_values[0], .source = source, .target = target
    };
    struct error err = { 0 };
    struct file_map body;

    if (!read_condition(request, reply, db, &upload.expected))
        return;
    if (!file_map_open(request->body_path, &body, &err)) {
        reply_error(request, reply, &err);
        return;
    }
    upload.bytes = body.bytes;
    upload.length = body.length;
    if (!check_coding(request, &body, &err))
        reply_refused(request, reply, &err);
    else if (check_digest(request, reply, &body))
        store(request, reply, db, &upload);
    file_map_close(&body);
}

static void put_whole(struct request *request, struct reply *reply, struct db *db)
{
    const struct dataset_query *query = request->query;

    put(request, reply, db, NULL, query->target);
}

static void put_source(struct request *request, struct reply *reply, struct db *db)
{
    put(request, reply, db, request->path_values[1], NULL);
}

void dataset_put_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, put_whole);
}

void dataset_put_source_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, put_source);
}
