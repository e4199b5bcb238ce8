/* engine/training/name_table.c -- see name_table.h. */
#include "engine/training/name_table.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

static uint32_t hash_of(const char *name) /* FNV-1a */
{
    uint32_t hash = 2166136261u;

    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    return hash;
}

/* The slot that holds `name`, or the free one where it belongs. */
static uint32_t slot_of(const struct name_table *table, const char *name)
{
    uint32_t slot = hash_of(name) & (table->slot_count - 1);

    while (table->slots[slot] && strcmp(table->names[table->slots[slot] - 1], name) != 0)
        slot = (slot + 1) & (table->slot_count - 1);
    return slot;
}

uint32_t name_table_find(const struct name_table *table, const char *name)
{
    if (table->count == 0)
        return NAME_ABSENT;
    return table->slots[slot_of(table, name)] - 1; /* A free slot is 0, and 0 - 1 is NAME_ABSENT. */
}

static void grow(struct name_table *table)
{
    free(table->slots);
    table->slot_count = table->slot_count ? table->slot_count * 2 : 32;
    table->slots = memory_new(table->slot_count, sizeof *table->slots);
    table->names = memory_grow(table->names, table->slot_count / 2, sizeof *table->names);
    for (uint32_t i = 0; i < table->count; i++)
        table->slots[slot_of(table, table->names[i])] = i + 1;
}

uint32_t name_table_intern(struct name_table *table, const char *name)
{
    uint32_t slot;

    if (table->count == table->slot_count / 2)
        grow(table);
    slot = slot_of(table, name);
    if (!table->slots[slot]) {
        table->names[table->count++] = memory_text(name);
        table->slots[slot] = table->count;
    }
    return table->slots[slot] - 1;
}

void name_table_fini(struct name_table *table)
{
    for (uint32_t i = 0; i < table->count; i++)
        free(table->names[i]);
    free(table->names);
    free(table->slots);
    *table = (struct name_table){ 0 };
}
