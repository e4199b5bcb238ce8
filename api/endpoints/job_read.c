/* api/endpoints/job_read.c -- one job as it stands. */
#include "api/endpoints/endpoints.h"
#include "api/views/job_view.h"

static void read_job(struct request *request, struct reply *reply, struct db *db)
{
    reply_job(request, reply, db, 200, request->path_values[0]);
}

void job_read_endpoint(struct request *request, struct reply *reply)
{
    endpoint_with_db(request, reply, read_job);
}
