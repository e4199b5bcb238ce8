/* api/views/dataset_view.h -- a dataset as clients see it. */
#ifndef API_VIEWS_DATASET_VIEW_H
#define API_VIEWS_DATASET_VIEW_H

#include "api/endpoint.h"

void dataset_view(struct text *out, const struct dataset_row *row);

/* The entity tag: its digest. */
const char *dataset_tag(struct arena *arena, const struct dataset_row *row);

void reply_dataset(const struct request *request, struct reply *reply, unsigned status,
                   const struct dataset_row *row);

#endif
