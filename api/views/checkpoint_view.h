/* api/views/checkpoint_view.h -- a checkpoint as clients see it. */
#ifndef API_VIEWS_CHECKPOINT_VIEW_H
#define API_VIEWS_CHECKPOINT_VIEW_H

#include "engine/base/text.h"
#include "server/store/checkpoints.h"

/* With its manifest as `metadata` when `whole`. */
void checkpoint_view(struct text *out, const struct checkpoint_row *row, bool whole);

#endif
