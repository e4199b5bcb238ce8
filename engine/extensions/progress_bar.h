/* engine/extensions/progress_bar.h -- the bar that a ProgressBar shows, for whoever wants to look at it. */
#ifndef ENGINE_EXTENSIONS_PROGRESS_BAR_H
#define ENGINE_EXTENSIONS_PROGRESS_BAR_H

#include "engine/extensions/extension.h"

struct progress_bar {
    bool shown;     /* from the first batch of an epoch, or of what is left of it, to its end */
    int64_t epoch;  /* epochs done when the bar was made */
    int64_t step;   /* counts the batches of the epoch; survives a checkpoint, the bar does not */
    int64_t length; /* batches in an epoch; -1: unknown */
    double started_s, drawn_s;
};

/* Of an extension of type ProgressBar. */
const struct progress_bar *progress_bar_of(const struct extension *extension);

#endif
