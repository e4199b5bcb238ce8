/* api/endpoints/endpoints.h -- every endpoint, and the tables of their query strings; routes.c puts them at
 * paths. */
#ifndef API_ENDPOINTS_ENDPOINTS_H
#define API_ENDPOINTS_ENDPOINTS_H

#include "api/request.h"
#include "engine/base/param.h"

struct submit_query {
    bool dry_run;
};
struct jobs_query {
    struct text_list state, label, name;
    int64_t limit;
    const char *cursor;
    int sort;
};
struct log_query {
    const char *after;
    int64_t limit, from_iteration, to_iteration;
    double wait;
    struct text_list records;
};
struct output_query {
    int64_t offset;
    double wait;
};
struct events_query {
    int64_t after, limit;
};
struct page_query {
    int64_t limit;
    const char *cursor;
};
struct dataset_query {
    const char *target;
};
extern const struct param submit_params[], jobs_params[], log_params[], output_params[], events_params[],
    page_params[], dataset_params[];

handler_fn job_submit_endpoint, jobs_list_endpoint, job_read_endpoint, job_delete_endpoint,
    job_definition_endpoint, job_interrupt_endpoint, job_cancel_endpoint;
handler_fn log_read_endpoint, output_read_endpoint, events_list_endpoint;
handler_fn checkpoints_list_endpoint, checkpoint_read_endpoint, checkpoint_delete_endpoint,
    checkpoint_archive_endpoint, checkpoint_parameters_endpoint;
handler_fn datasets_list_endpoint, dataset_read_endpoint, dataset_put_endpoint, dataset_put_source_endpoint,
    dataset_delete_endpoint;
handler_fn health_endpoint, ready_endpoint;

#endif
