/* engine/extensions/dataset_evaluator.h -- evaluates monitored variables on a whole epoch of a stream, as
 * Blocks' DatasetEvaluator does.
 *
 * With the parameters as they are at the time.  Variables that depend on no data are read behind the batches;
 * when there are no others, the stream is not touched.  Runs on the training thread. */
#ifndef ENGINE_EXTENSIONS_DATASET_EVALUATOR_H
#define ENGINE_EXTENSIONS_DATASET_EVALUATOR_H

#include "engine/extensions/monitoring.h"
#include "engine/graph/function.h"

struct dataset_evaluator {
    struct monitoring monitoring; /* what is evaluated */
    struct data_stream *stream;   /* borrowed */
    struct graph *graph;          /* borrowed */
    struct update *updates;       /* made with every batch */
    size_t update_count;
    struct function *on_batches, *at_the_end; /* NULL before the first compilation, and when not needed */
    const struct tensor **values;             /* one per node of the monitoring */
    size_t *batch_nodes, *end_nodes;          /* which nodes the functions compute */
};

/* Compiles what the monitoring needs, unless that has been done. */
bool dataset_evaluator_compile(struct dataset_evaluator *evaluator, struct error *err);

/* Goes through an epoch of the stream and aggregates.  The monitoring has been reset. */
bool dataset_evaluator_evaluate(struct dataset_evaluator *evaluator, struct error *err);

void dataset_evaluator_fini(struct dataset_evaluator *evaluator);

#endif
