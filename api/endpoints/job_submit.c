/* api/endpoints/job_submit.c -- takes a definition, checks it, queues it; or, dry, says what would be run. */
#include "api/endpoints/endpoints.h"
#include "api/idempotency.h"
#include "api/views/job_view.h"
#include "server/jobs.h"

const struct param submit_params[] = {
    PARAM(submit_query, dry_run, BOOLEAN, .preset = "false",
          .about = "Only check the definition, and answer with the plan of what it would run."),
    PARAM_END,
};

struct submit_context {
    const struct job_submission *submission;
    const struct definition *definition;
};

static void reply_plan(struct reply *reply, const struct definition *definition)
{
    reply->status = 200;
    definition_plan(definition, &reply->body);
    text_add_char(&reply->body, '\n');
}

static void submit(void *context, const struct request *request, struct reply *reply, struct db *db)
{
    const struct submit_context *job = context;
    char id[IDENTIFIER_TEXT_BYTES];
    struct error err = { 0 };

    if (!job_submit(db, job->submission, job->definition, id, &err)) {
        reply_error(request, reply, &err);
        return;
    }
    reply_job(request, reply, db, 201, id);
    reply_header(reply, "Location", arena_format(request->arena, "/v1/jobs/%s", id));
}

static void submit_with_db(struct request *request, struct reply *reply,
                           const struct job_submission *submission, const struct definition *definition)
{
    struct submit_context context = { submission, definition };
    struct error err = { 0 };
    struct db *db = db_pool_take(request->service->pool, 500, &err);

    if (!db) {
        reply_error(request, reply, &err);
        return;
    }
    idempotent(request, reply, db, submit, &context);
    db_pool_give(request->service->pool, db);
}

void job_submit_endpoint(struct request *request, struct reply *reply)
{
    struct dataset_scope scope = { request->service->datasets, request->project };
    const struct dataset_source datasets = datasets_source(&scope);
    const struct job_submission submission = { .project = request->project,
                                               .definition = request->body,
                                               .definition_bytes = request->body_bytes,
                                               .datasets = &datasets };
    const struct submit_query *query = request->query;
    struct error_list errors = { 0 };
    bool syntax;
    struct definition *definition = job_check(&submission, &syntax, &errors);

    if (!definition)
        reply_errors(request, reply, syntax ? PROBLEM_MALFORMED_JSON : PROBLEM_VALIDATION_FAILED,
                     "definition", &errors);
    else if (query->dry_run)
        reply_plan(reply, definition);
    else
        submit_with_db(request, reply, &submission, definition);
    definition_free(definition);
    error_list_fini(&errors);
}
