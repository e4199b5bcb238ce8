/* api/views/job_view.h -- a job as clients see it. */
#ifndef API_VIEWS_JOB_VIEW_H
#define API_VIEWS_JOB_VIEW_H

#include "api/endpoint.h"
#include "server/store/jobs.h"

/* `count` jobs with their newest records, as elements of an open array. */
enum store_result jobs_view(struct text *out, struct db *db, const struct job *jobs, size_t count,
                            struct error *err);

/* Fills the reply with the job as it stands now. */
void reply_job(const struct request *request, struct reply *reply, struct db *db, unsigned status,
               const char *id);

/* Texts of a job that outlive the row they came from. */
struct job job_copy(const struct job *job, struct arena *arena);

#endif
