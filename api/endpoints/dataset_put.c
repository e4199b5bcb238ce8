/* api/endpoints/dataset_put.c -- stores an upload: a whole dataset, or one source of it.
 *
 * If-None-Match: * only creates, If-Match: "sha256-..." only replaces that version; Content-Digest is
 * checked. */
#include <string.h>

#include "api/base64.h"
#include "api/endpoints/endpoints.h"
#include "api/views/dataset_view.h"
#include "engine/checkpoint/sha256.h"
#include "engine/data/file_map.h"

const struct param dataset_params[] = {
    PARAM(
        dataset_query, target, TEXT,
        .about =
            "Of a CSV: the column that holds the class, by its header or its number from 1; -1 is the last."),
    PARAM_END,
};

/* The digest of the version to be replaced, as the store wants it; false, with 412 filled in, when the
 * condition can be met by no version. */
static bool read_condition(const struct request *request, struct reply *reply, const char **out_expected)
{
    const char *match = request_header(request, "If-Match"),
               *none_match = request_header(request, "If-None-Match");
    size_t prefix = strlen("\"sha256-");

    *out_expected = NULL;
    if (none_match && strcmp(none_match, "*") == 0)
        *out_expected = "";
    if (!match)
        return true;
    if (strncmp(match, "\"sha256-", prefix) != 0 || strlen(match) != prefix + SHA256_TEXT_BYTES) {
        reply_problem(request, reply, PROBLEM_PRECONDITION_FAILED, "If-Match names another version.");
        return false;
    }
    *out_expected = arena_text_n(request->arena, match + prefix, SHA256_TEXT_BYTES - 1);
    return true;
}

/* True unless Content-Digest names another SHA-256 than the body's. */
static bool check_digest(const struct request *request, struct reply *reply, const struct file_map *body)
{
    const char *given = request_header(request, "Content-Digest");
    char hex[SHA256_TEXT_BYTES], base64[BASE64_SHA256_BYTES];
    const char *at = given ? strstr(given, "sha-256=:") : NULL;

    if (!at)
        return true;
    sha256_of(body->bytes, body->length, hex);
    if (base64_of_sha256(hex, base64) && strncmp(at + strlen("sha-256=:"), base64, strlen(base64)) == 0)
        return true;
    reply_problem(request, reply, PROBLEM_CHECKSUM_MISMATCH,
                  "The body does not have the SHA-256 of Content-Digest.");
    return false;
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
                  const struct dataset_upload *upload, const struct file_map *body)
{
    struct dataset_row row;
    struct error err = { 0 };

    switch (datasets_put(request->service->datasets, db, upload, body->bytes, body->length, request->arena,
                         &row, &err)) {
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

    if (!read_condition(request, reply, &upload.expected))
        return;
    if (!file_map_open(request->body_path, &body, &err)) {
        reply_error(request, reply, &err);
        return;
    }
    if (check_digest(request, reply, &body))
        store(request, reply, db, &upload, &body);
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
