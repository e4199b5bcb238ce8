/* engine/extensions/finish_if_no_improvement_after.h -- its settings, for EarlyStopping. */
#ifndef ENGINE_EXTENSIONS_FINISH_IF_NO_IMPROVEMENT_AFTER_H
#define ENGINE_EXTENSIONS_FINISH_IF_NO_IMPROVEMENT_AFTER_H

#include <stdint.h>

struct finish_if_no_improvement_after {
    const char *notification_name;
    int64_t iterations, epochs;      /* INTEGER_ABSENT: not given; exactly one is */
    const char *patience_log_record; /* NULL or "": notification_name_patience_... */
};

#endif
