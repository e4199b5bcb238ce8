/* engine/bricks/image.c -- see image.h. */
#include "engine/bricks/image.h"

#include <inttypes.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"

struct extent extent_of(const struct integer_list *pair, int64_t absent)
{
    return pair->given && pair->count == 2 ? (struct extent){ pair->items[0], pair->items[1] }
                                           : (struct extent){ absent, absent };
}

struct integer_list extent_list(struct brick *self, struct extent extent)
{
    int64_t *items = arena_array(&self->tree->arena, 2, sizeof *items);

    items[0] = extent.height;
    items[1] = extent.width;
    return (struct integer_list){ .items = items, .count = 2, .given = true };
}

static bool is_pad(const cJSON *json)
{
    return cJSON_IsNumber(json) && json->valuedouble >= 0 && json->valuedouble <= IMAGE_EXTENT_MAX &&
           json->valuedouble == (double)(int64_t)json->valuedouble;
}

bool border_of(const struct brick *self, const cJSON *border_mode, struct extent filter,
               struct extent *out_pad, struct error_list *errors)
{
    const struct {
        const char *name;
        struct extent pad;
    } names[] = {
        { "valid", { 0, 0 } },
        { "full", { filter.height - 1, filter.width - 1 } },
        { "half", { filter.height / 2, filter.width / 2 } },
    };
    const cJSON *height = border_mode, *width = border_mode;

    *out_pad = names[0].pad;
    if (!border_mode)
        return true;
    for (size_t i = 0; i < COUNT(names) && cJSON_IsString(border_mode); i++)
        if (strcmp(names[i].name, border_mode->valuestring) == 0) {
            *out_pad = names[i].pad;
            return true;
        }
    if (cJSON_IsArray(border_mode) && cJSON_GetArraySize(border_mode) == 2) {
        height = cJSON_GetArrayItem(border_mode, 0);
        width = cJSON_GetArrayItem(border_mode, 1);
    }
    if (is_pad(height) && is_pad(width)) {
        *out_pad = (struct extent){ (int64_t)height->valuedouble, (int64_t)width->valuedouble };
        return true;
    }
    REPORT_AT(errors, ERROR_INVALID_VALUE, self->component, "border_mode", "no border_mode");
    return error_list_hint(errors,
                           "Give \"valid\", \"full\", \"half\", an integer from 0 to %d, or a pair of them.",
                           (int)IMAGE_EXTENT_MAX);
}

bool check_images(const struct node *x, int64_t channels, struct extent extent, struct error *err)
{
    char text[SHAPE_TEXT_BYTES];

    if (node_rank(x) != 4) {
        RAISE(err, ERROR_SHAPE, NULL, "an input of shape %s does not hold images",
              shape_text(node_shape(x), text));
        return error_hint(
            err, "Images have the axes batch, channels, height and width; dimshuffle(x, 0, \"x\", 1, "
                 "2) adds one channel.");
    }
    if (channels != INTEGER_ABSENT && node_dim(x, 1) != channels) {
        RAISE(err, ERROR_SHAPE, NULL, "an input of shape %s does not fit to num_channels %" PRId64,
              shape_text(node_shape(x), text), channels);
        return error_hint(err, "Images have the axes batch, channels, height and width.");
    }
    if (extent.height != INTEGER_ABSENT &&
        (node_dim(x, 2) != extent.height || node_dim(x, 3) != extent.width)) {
        RAISE(err, ERROR_SHAPE, NULL,
              "an input of shape %s does not fit to the image_size [%" PRId64 ", %" PRId64 "]",
              shape_text(node_shape(x), text), extent.height, extent.width);
        return error_hint(err, "image_size is the height and width of what comes in.");
    }
    return true;
}
