/* engine/training/name_table.h -- gives every name a small number, in order of first use.
 *
 * Numbers are never given back.  Zero-initialised is empty.  Not thread-safe. */
#ifndef ENGINE_TRAINING_NAME_TABLE_H
#define ENGINE_TRAINING_NAME_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct name_table {
    char **names; /* by number */
    uint32_t count;
    uint32_t *slots; /* open addressing: number + 1, 0 is free */
    uint32_t slot_count;
};

#define NAME_ABSENT UINT32_MAX

uint32_t name_table_find(const struct name_table *table, const char *name); /* NAME_ABSENT: none */
uint32_t name_table_intern(struct name_table *table, const char *name);
void name_table_fini(struct name_table *table);

#endif
