/* engine/extensions/progress_line.h -- one line that shows how far an epoch has come. */
#ifndef ENGINE_EXTENSIONS_PROGRESS_LINE_H
#define ENGINE_EXTENSIONS_PROGRESS_LINE_H

#include "engine/base/text.h"
#include "engine/extensions/progress_bar.h"

enum { PROGRESS_LINE_COLUMNS = 79 };

/* "Epoch 3, step 2 ( 50%) |########         | Elapsed Time: 0:00:00 ETA:   0:00:00"; without a known length
 * "Epoch 3, step 2 |   #      | Elapsed Time: 0:00:00". */
void progress_line(const struct progress_bar *bar, double elapsed_s, struct text *out);

#endif
