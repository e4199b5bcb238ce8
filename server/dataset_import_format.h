/* server/dataset_import_format.h -- what the importing child hands back: a report, then parts with their
 * bytes. */
#ifndef SERVER_DATASET_IMPORT_FORMAT_H
#define SERVER_DATASET_IMPORT_FORMAT_H

#include <stdint.h>

#include "engine/data/dataset.h"

struct import_report {
    int32_t code; /* ERROR_NONE: all sources follow */
    char message[sizeof(((struct error *)0)->message)];
    char hint[sizeof(((struct error *)0)->hint)];
};

/* In front of an npy file of `bytes` bytes. */
struct import_part {
    char source[SOURCE_NAME_MAX + 1];
    uint8_t ragged; /* 1: the shapes of its examples follow, in a part of the same name */
    uint64_t bytes;
};

#endif
