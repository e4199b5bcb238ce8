/* engine/definition/plan.h -- what a job is going to be: an answer to a dry run, and to kilnd check. */
#ifndef ENGINE_DEFINITION_PLAN_H
#define ENGINE_DEFINITION_PLAN_H

#include "engine/definition/assembly.h"

/* {"name", "dtype", "parameters": [{"name", "shape"}], "parameter_count", "parameter_bytes",
 *  "data_streams": [{"name", "trained_on", "batches_per_epoch", "sources": [{"name", "dtype", "shape"}]}],
 *  "variables": [{"name", "shape"}], "extensions": [{"name", "type", "records_written", "records_read"}],
 *  "training": {"batches_per_epoch", "batches", "epochs", "ended_by"},
 *  "threads": {"taken", "training_step", "evaluation"},
 *  "memory_bytes": {"parameters", "training_step", "step_rule", "evaluation", "datasets", "total"},
 *  "timetable": [{"callback", "times", "acts": [{"extension", "name", "when", "times"}]}],
 *  "warnings": [{"code", "pointer", "line", "column", "message", "hint"}]}
 * Numbers of batches, epochs and times are what they are at most: an extension can end the training earlier.
 * Shapes of sources and variables are those of the largest batch; null stands for what is not known
 * beforehand.  What cannot run in the memory of this machine is reported. */
void plan_write(struct assembly *assembly, struct text *out_json, struct error_list *errors);

#endif
