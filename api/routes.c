/* api/routes.c -- see routes.h. */
#include "api/routes.h"

#include "api/endpoints/catalogue.h"
#include "api/endpoints/endpoints.h"

#define JSON_BYTES_MAX (1 << 20)
#define UPLOAD_BYTES_MAX ((uint64_t)64 << 30) /* arrays beyond DATASET_BYTES_MAX are never all in memory */
#define QUERY(struct_name) .query = struct_name##_params, .query_bytes = sizeof(struct struct_name##_query)
#define JSON_BODY .body = BODY_JSON, .body_bytes_max = JSON_BYTES_MAX
#define SMALL_JSON_BODY .body = BODY_JSON_OPTIONAL, .body_bytes_max = 4096
#define FILE_BODY .body = BODY_FILE, .body_bytes_max = UPLOAD_BYTES_MAX, .slow = true
#define PRODUCES(type)                                                                                       \
    .produces = (const char *const[])                                                                        \
    {                                                                                                        \
        type, NULL                                                                                           \
    }

#define JOB "/v1/jobs/{job}"
#define CHECKPOINT JOB "/checkpoints/{checkpoint}"
#define DATASET "/v1/datasets/{name}"

/* clang-format off */
const struct route routes[] = {
    { METHOD_POST,   "/v1/jobs",                job_submit_endpoint,         QUERY(submit), JSON_BODY, .slow = true, .about = "Submits a job definition." },
    { METHOD_GET,    "/v1/jobs",                jobs_list_endpoint,          QUERY(jobs),   .about = "Lists jobs, newest first." },
    { METHOD_GET,    JOB,                       job_read_endpoint,           .about = "Reads a job." },
    { METHOD_DELETE, JOB,                       job_delete_endpoint,         .about = "Deletes a job at rest, with its log and checkpoints." },
    { METHOD_POST,   JOB "/interrupt",          job_interrupt_endpoint,      SMALL_JSON_BODY, .about = "Interrupts a job, as Ctrl-C does." },
    { METHOD_POST,   JOB "/cancel",             job_cancel_endpoint,         SMALL_JSON_BODY, .about = "Stops a job for good at its next batch." },
    { METHOD_GET,    JOB "/definition",         job_definition_endpoint,     .about = "Reads a definition as it was submitted." },
    { METHOD_GET,    JOB "/log",                log_read_endpoint,           QUERY(log),    .about = "Reads log rows; can wait for them." },
    { METHOD_GET,    JOB "/output",             output_read_endpoint,        QUERY(output), PRODUCES("text/plain"), .about = "Reads what Printing wrote; can wait for more." },
    { METHOD_GET,    JOB "/events",             events_list_endpoint,        QUERY(events), .about = "Lists what happened to a job, oldest first." },
    { METHOD_GET,    JOB "/checkpoints",        checkpoints_list_endpoint,   QUERY(page),   .about = "Lists the checkpoints of a job, newest first." },
    { METHOD_GET,    CHECKPOINT,                checkpoint_read_endpoint,    .about = "Reads what is known of a checkpoint." },
    { METHOD_DELETE, CHECKPOINT,                checkpoint_delete_endpoint,  .about = "Deletes a checkpoint." },
    { METHOD_GET,    CHECKPOINT "/archive",     checkpoint_archive_endpoint, PRODUCES("application/x-tar"), .about = "Downloads a checkpoint." },
    { METHOD_GET,    CHECKPOINT "/parameters.npz", checkpoint_parameters_endpoint, PRODUCES("application/zip"), .slow = true, .about = "Downloads the parameters of a checkpoint, for numpy.load." },
    { METHOD_GET,    "/v1/datasets",            datasets_list_endpoint,      QUERY(page),   .about = "Lists datasets by name." },
    { METHOD_GET,    DATASET,                   dataset_read_endpoint,       .about = "Reads the sources, sizes and digest of a dataset." },
    { METHOD_PUT,    DATASET,                   dataset_put_endpoint,        QUERY(dataset), FILE_BODY, .about = "Stores a whole dataset: npz, HDF5 or CSV." },
    { METHOD_DELETE, DATASET,                   dataset_delete_endpoint,     .about = "Deletes a dataset that no unfinished job needs." },
    { METHOD_PUT,    DATASET "/sources/{source}", dataset_put_source_endpoint, FILE_BODY, .about = "Stores one source of a dataset: npy or IDX." },
    { METHOD_GET,    "/v1/extensions",          catalogue_endpoint,          .about = "Lists the extensions with their arguments, triggers and records." },
    { METHOD_GET,    "/v1/bricks",              catalogue_endpoint,          .about = "Lists the bricks with their arguments." },
    { METHOD_GET,    "/v1/step_rules",          catalogue_endpoint,          .about = "Lists the step rules with their arguments." },
    { METHOD_GET,    "/v1/initializations",     catalogue_endpoint,          .about = "Lists the initialization schemes with their arguments." },
    { METHOD_GET,    "/v1/schemes",             catalogue_endpoint,          .about = "Lists the iteration schemes with their arguments." },
    { METHOD_GET,    "/v1/transformers",        catalogue_endpoint,          .about = "Lists the transformers with their arguments." },
    { METHOD_GET,    "/v1/costs",               catalogue_endpoint,          .about = "Lists the costs with their arguments." },
    { METHOD_GET,    "/healthz",                health_endpoint,             .open = true, .about = "Says that the process answers." },
    { METHOD_GET,    "/readyz",                 ready_endpoint,              .open = true, .about = "Says whether jobs can be taken and run; 503 when not." },
    { 0 },
};
/* clang-format on */
