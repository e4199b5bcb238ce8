/* engine/definition/read.h -- reads a job definition and answers what others need to know of it.
 *
 * A struct definition is constant once read: any number of threads may use it. */
#ifndef ENGINE_DEFINITION_READ_H
#define ENGINE_DEFINITION_READ_H

#include <stdint.h>

#include "engine/base/text.h"
#include "engine/data/dataset_source.h"

struct definition;

/* Checks everything that can be known before running: syntax, tables, names, shapes, scripts.  NULL with all
 * errors, each with its place, when anything is wrong. */
struct definition *definition_read(const char *text, size_t length, const struct dataset_source *datasets,
                                   struct error_list *errors);
void definition_free(struct definition *definition); /* accepts NULL */

/* The settings of the job itself, for the server. */
const char *definition_name(const struct definition *definition);
const char *definition_labels(const struct definition *definition); /* JSON object of texts */
int64_t definition_priority(const struct definition *definition);
int64_t definition_threads(const struct definition *definition);
int64_t definition_max_attempts(const struct definition *definition);
double definition_autosave_s(const struct definition *definition); /* 0: no automatic checkpoints by time */
/* Batches after which FinishAfter ends the training, at most; -1: unknown. */
int64_t definition_batches(const struct definition *definition);
/* Names of the stored datasets it uses; ends in NULL. */
const char *const *definition_datasets(const struct definition *definition);
/* The plan as a JSON object: parameters with shapes, sources, batches per epoch, memory, warnings. */
void definition_plan(const struct definition *definition, struct text *out_json);

#endif
