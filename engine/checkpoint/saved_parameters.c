/* engine/checkpoint/saved_parameters.c -- see saved_parameters.h. */
#include "engine/checkpoint/saved_parameters.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/checkpoint/save.h"
#include "engine/data/npy.h"
#include "engine/data/zip.h"

static bool read_array(struct saved_parameters *saved, const struct zip_member *member, struct error *err)
{
    struct saved_parameter *item = &saved->items[saved->count];
    struct byte_reader *reader = zip_member_open(member);
    size_t length = strlen(member->name);
    char path[PARAMETER_NAME_BYTES];
    bool read = npy_read(reader, DATASET_BYTES_MAX, &item->array, err);

    if (read) {
        saved->count++;
        parameter_from_member(member->name, path);
        if (length > 4 && length < sizeof(path) && strcmp(path + length - 4, ".npy") == 0)
            path[length - 4] = '\0';
        item->path = arena_text(&saved->arena, path);
        read = zip_member_check(member, reader, err);
    }
    byte_reader_free(reader);
    return read;
}

bool saved_parameters_read(struct saved_parameters *saved, const void *bytes, size_t length,
                           struct error *err)
{
    struct zip_member *members = memory_new(SAVED_PARAMETERS_MAX, sizeof(*members));
    size_t count = 0;
    bool read = zip_directory(bytes, length, members, SAVED_PARAMETERS_MAX, &count, err);

    saved->items = memory_new(count + 1, sizeof(*saved->items));
    for (size_t i = 0; read && i < count; i++)
        read = read_array(saved, &members[i], err);
    free(members);
    return read;
}

static const struct saved_parameter *find(const struct saved_parameters *saved, const char *path)
{
    for (size_t i = 0; i < saved->count; i++)
        if (strcmp(saved->items[i].path, path) == 0)
            return &saved->items[i];
    return NULL;
}

bool saved_parameters_have(const struct saved_parameters *saved, const char *path)
{
    return find(saved, path) != NULL;
}

static const struct variable *parameter_of(const struct variables *model, const char *path)
{
    const struct variable *variable = variables_find(model, path);

    return variable && variable->role == VARIABLE_PARAMETER ? variable : NULL;
}

static void list_shape(struct text *out, const char *path, const struct shape *saved,
                       const struct shape *model)
{
    char one[SHAPE_TEXT_BYTES], other[SHAPE_TEXT_BYTES];

    text_format(out, "%s%s has shape %s in the checkpoint and %s in the model", out->length ? "; " : "", path,
                shape_text(saved, one), shape_text(model, other));
}

static void list_differences(const struct saved_parameters *saved, const struct variables *model, bool strict,
                             struct text *out)
{
    for (size_t i = 0; i < saved->count; i++) {
        const struct variable *variable = parameter_of(model, saved->items[i].path);
        if (!variable && strict)
            text_format(out, "%sthe model has no %s", out->length ? "; " : "", saved->items[i].path);
        else if (variable && !shape_equal(&saved->items[i].array.tensor.shape, &variable->value.shape))
            list_shape(out, variable->name, &saved->items[i].array.tensor.shape, &variable->value.shape);
    }
    for (size_t i = 0; strict && i < variables_count(model); i++) {
        const struct variable *variable = variables_at(model, i);
        if (variable->role == VARIABLE_PARAMETER && !find(saved, variable->name))
            text_format(out, "%sthe checkpoint has no %s", out->length ? "; " : "", variable->name);
    }
}

bool saved_parameters_fit(const struct saved_parameters *saved, const struct variables *model, bool strict,
                          struct error *err)
{
    struct text differences = { 0 };
    bool fit;

    list_differences(saved, model, strict, &differences);
    fit = !differences.length || RAISE(err, ERROR_SHAPE, NULL, "%s", text_bytes(&differences));
    text_fini(&differences);
    return fit;
}

void saved_parameters_apply(const struct saved_parameters *saved, struct variables *model)
{
    for (size_t i = 0; i < saved->count; i++) {
        const struct variable *variable = parameter_of(model, saved->items[i].path);
        if (variable)
            tensor_convert(&saved->items[i].array.tensor, &variable->value);
    }
}

void saved_parameters_fini(struct saved_parameters *saved)
{
    for (size_t i = 0; i < saved->count; i++)
        array_fini(&saved->items[i].array);
    free(saved->items);
    arena_fini(&saved->arena);
}
