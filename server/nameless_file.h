/* server/nameless_file.h -- temporary files that are gone when their descriptor is. */
#ifndef SERVER_NAMELESS_FILE_H
#define SERVER_NAMELESS_FILE_H

#include "engine/base/error.h"

int nameless_file_open(const char *folder, struct error *err); /* -1 on failure */
/* Adds all bytes at the end. */
bool nameless_file_write(int file, const void *bytes, size_t length, struct error *err);

#endif
