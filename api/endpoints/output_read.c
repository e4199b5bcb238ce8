/* api/endpoints/output_read.c -- what Printing wrote, as text from an offset on; can wait for more.
 *
 * Kiln-Next-Offset is where to go on reading, Kiln-Complete says that nothing will follow. */
#include <inttypes.h>

#include "api/endpoint.h"
#include "api/endpoints/endpoints.h"
#include "engine/base/utf8.h"
#include "server/store/jobs.h"
#include "server/store/output.h"

enum { OUTPUT_BYTES_MAX = 1 << 20 };

const struct param output_params[] = {
    PARAM(output_query, offset, INTEGER, .min = 0, .max = 9007199254740991.0, .preset = "0", .unit = "bytes",
          .about = "Where to begin."),
    PARAM(output_query, wait, REAL, .min = 0, .max = WAIT_S_MAX, .preset = "0", .unit = "s",
          .about = "When there is nothing yet, how long to wait for it."),
    PARAM_END,
};

static void reply_output(struct request *request, struct reply *reply, const struct job *job)
{
    const struct output_query *query = request->query;
    bool full = reply->body.length == OUTPUT_BYTES_MAX;
    size_t bytes = full ? utf8_cut(reply->body.bytes, reply->body.length, OUTPUT_BYTES_MAX - UTF8_BYTES_MAX)
                        : reply->body.length;
    /* Output is cut when a job goes on from a checkpoint: a reader that is ahead begins again at its end. */
    int64_t from = query->offset < job->output_bytes ? query->offset : job->output_bytes;

    if (bytes > 0)
        reply->body.bytes[reply->body.length = bytes] = '\0';
    reply->status = 200;
    reply->content_type = "text/plain; charset=utf-8";
    reply_header(reply, "Kiln-Next-Offset",
                 arena_format(request->arena, "%" PRId64, bytes > 0 ? query->offset + (int64_t)bytes : from));
    reply_header(reply, "Kiln-Complete", job_state_terminal(job->state) && !full ? "true" : "false");
}

static void read_output(struct request *request, struct reply *reply, struct db *db)
{
    const struct output_query *query = request->query;
    const char *id = request->path_values[0];
    struct error err = { 0 };
    struct job job;

    text_clear(&reply->body);
    if (!endpoint_stored(request, reply, store_job_read(db, request->project, id, request->arena, &job, &err),
                         "job", &err) ||
        !endpoint_stored(request, reply,
                         store_output_select(db, id, query->offset, OUTPUT_BYTES_MAX, &reply->body, &err),
                         "output", &err))
        return;
    if (reply->body.length == 0 && query->wait > 0 && !job_state_terminal(job.state) && !request->last_call)
        reply_wait(reply, id, endpoint_wait_ms(query->wait));
    else
        reply_output(request, reply, &job);
}

void output_read_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, read_output);
}
