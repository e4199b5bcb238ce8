/* engine/base/embedded.h -- a file that was made part of the binary at build time (cmake/Embed.cmake). */
#ifndef ENGINE_BASE_EMBEDDED_H
#define ENGINE_BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name;           /* without folder; NULL ends a list */
    const unsigned char *bytes; /* followed by a NUL that is not counted */
    size_t count;
};

#endif
