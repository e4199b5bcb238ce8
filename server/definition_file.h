/* server/definition_file.h -- reads a definition from a file and says on a terminal what is wrong with it. */
#ifndef SERVER_DEFINITION_FILE_H
#define SERVER_DEFINITION_FILE_H

#include "engine/run.h"

/* NULL after having printed every error, with its place, to standard error.  The engine is started. */
struct definition *definition_file_read(const char *path);

#endif
