/* engine/base/path.h -- paths of files, put together within the length that the system takes. */
#ifndef ENGINE_BASE_PATH_H
#define ENGINE_BASE_PATH_H

#include <limits.h>

#include "engine/base/error.h"

/* ERROR_LIMIT when it takes PATH_MAX bytes or more. */
bool path_format(char out[PATH_MAX], struct error *err, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
