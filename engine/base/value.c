/* engine/base/value.c -- making, copying and comparing values; see value.h. */
#include "engine/base/value.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

struct value value_none(void)
{
    return (struct value){ .kind = VALUE_NONE };
}

struct value value_boolean(bool boolean)
{
    return (struct value){ .kind = VALUE_BOOLEAN, .boolean = boolean };
}

struct value value_integer(int64_t integer)
{
    return (struct value){ .kind = VALUE_INTEGER, .integer = integer };
}

struct value value_real(double real)
{
    return (struct value){ .kind = VALUE_REAL, .real = real };
}

struct value value_text(const char *text)
{
    return (struct value){ .kind = VALUE_TEXT, .text = memory_text(text ? text : "") };
}

struct value value_tuple(void)
{
    struct value tuple = value_list();

    tuple.list.tuple = true;
    return tuple;
}

struct value value_list(void)
{
    return (struct value){ .kind = VALUE_LIST };
}

struct value value_table(void)
{
    return (struct value){ .kind = VALUE_TABLE };
}

/* For a table the caller fills in the key. */
static void append_item(struct value *list, struct value item)
{
    if (list->list.count == list->list.capacity) {
        list->list.capacity = list->list.capacity ? 2 * list->list.capacity : 4;
        list->list.items = memory_grow(list->list.items, list->list.capacity, sizeof item);
        if (list->kind == VALUE_TABLE)
            list->list.keys = memory_grow(list->list.keys, list->list.capacity, sizeof *list->list.keys);
    }
    list->list.items[list->list.count++] = item;
}

struct value value_copy(const struct value *value)
{
    struct value copy = *value;

    if (value->kind == VALUE_TEXT)
        return value_text(value->text);
    if (value->kind != VALUE_LIST && value->kind != VALUE_TABLE)
        return copy;
    copy = (struct value){ .kind = value->kind };
    copy.list.tuple = value->list.tuple;
    for (size_t i = 0; i < value->list.count; i++) {
        append_item(&copy, value_copy(&value->list.items[i]));
        if (value->kind == VALUE_TABLE)
            copy.list.keys[i] = memory_text(value->list.keys[i]);
    }
    return copy;
}

void value_fini(struct value *value)
{
    if (value->kind == VALUE_TEXT)
        free(value->text);
    if (value->kind == VALUE_LIST || value->kind == VALUE_TABLE) {
        for (size_t i = 0; i < value->list.count; i++) {
            value_fini(&value->list.items[i]);
            if (value->kind == VALUE_TABLE)
                free(value->list.keys[i]);
        }
        free(value->list.items);
        free(value->list.keys);
    }
    *value = value_none();
}

size_t value_bytes(const struct value *value)
{
    enum { BLOCK_BYTES = 16 }; /* what the allocator adds to each block */
    size_t bytes = BLOCK_BYTES;

    if (value->kind == VALUE_TEXT)
        return bytes + strlen(value->text) + 1;
    if (value->kind != VALUE_LIST && value->kind != VALUE_TABLE)
        return 0;
    for (size_t i = 0; i < value->list.count; i++) {
        bytes += sizeof(struct value) + value_bytes(&value->list.items[i]);
        if (value->kind == VALUE_TABLE)
            bytes += sizeof(char *) + BLOCK_BYTES + strlen(value->list.keys[i]) + 1;
    }
    return bytes;
}

void value_append(struct value *list, struct value item)
{
    assert(list->kind == VALUE_LIST);
    append_item(list, item);
}

void value_set(struct value *table, const char *key, struct value item)
{
    struct value *old = (struct value *)(uintptr_t)value_get(table, key);

    if (old) {
        value_fini(old);
        *old = item;
        return;
    }
    value_add(table, key, item);
}

void value_add(struct value *table, const char *key, struct value item)
{
    append_item(table, item);
    table->list.keys[table->list.count - 1] = memory_text(key);
}

const struct value *value_get(const struct value *table, const char *key)
{
    assert(table->kind == VALUE_TABLE);
    for (size_t i = 0; i < table->list.count; i++)
        if (strcmp(table->list.keys[i], key) == 0)
            return &table->list.items[i];
    return NULL;
}

bool value_truthy(const struct value *value)
{
    switch (value->kind) {
    case VALUE_NONE:
        return false;
    case VALUE_BOOLEAN:
        return value->boolean;
    case VALUE_INTEGER:
        return value->integer != 0;
    case VALUE_REAL:
        return value->real != 0.0;
    case VALUE_TEXT:
        return value->text[0] != '\0';
    case VALUE_LIST:
    case VALUE_TABLE:
        return value->list.count > 0;
    }
    return false;
}

bool value_as_real(const struct value *value, double *out)
{
    switch (value->kind) {
    case VALUE_BOOLEAN:
        *out = value->boolean;
        return true;
    case VALUE_INTEGER:
        *out = (double)value->integer;
        return true;
    case VALUE_REAL:
        *out = value->real;
        return true;
    default:
        return false;
    }
}
