/* tests/definition/kitchen.c -- see kitchen.h. */
#include "tests/definition/kitchen.h"

#include <stdio.h>
#include <string.h>

static const char *const modes[] = { "bake", "grill", NULL };

static bool no_spaces(const void *field, char *message, size_t message_bytes)
{
    const char *label = *(const char *const *)field;

    if (!strchr(label, ' '))
        return true;
    snprintf(message, message_bytes, "\"%s\" holds a space", label);
    return false;
}

static const struct param timer_params[] = {
    PARAM(timer, minutes, INTEGER, .required = true, .min = 1, .max = 600, .about = "How long it runs."),
    PARAM(timer, rings, BOOLEAN, .preset = "true", .about = "Whether it is heard."),
    PARAM(timer, bell, COMPONENT, .nullable = true, .family = &strict_family, .about = "What is heard."),
    PARAM_END
};

const struct param oven_params[] = {
    PARAM(oven, hot, BOOLEAN, .preset = "true", .about = "Whether it is on."),
    PARAM(oven, plates, INTEGER, .required = true, .min = 1, .max = 8, .about = "How many plates fit."),
    PARAM(oven, degrees, REAL, .preset = "180.5", .positive = true, .nullable = true, .unit = "°C",
          .live = true, .about = "How hot it gets."),
    PARAM(oven, label, TEXT, .check = no_spaces, .about = "What is written on it."),
    PARAM(oven, mode, CHOICE, .choices = modes, .preset = "\"grill\"", .about = "Where the heat comes from."),
    PARAM(oven, recipe, FUNCTION, .about = "What to do."),
    PARAM(oven, sizes, INTEGERS, .preset = "[1, 2]", .min = 1, .max = 0, .count_max = 3,
          .about = "Of the plates."),
    PARAM(oven, weights, REALS, .count_min = 2, .nullable = true, .about = "Of the plates."),
    PARAM(oven, names, TEXTS, .about = "Of the cooks."),
    PARAM(oven, lamp, COMPONENT, .family = &kitchen_family, .preset = "\"Lamp\"", .about = "Inside."),
    PARAM(oven, shelves, COMPONENTS, .family = &kitchen_family, .count_max = 2, .about = "Inside."),
    PARAM(oven, notes, JSON, .about = "Anything."),
    PARAM(oven, fan, OPTIONAL_BOOLEAN, .nullable = true, .about = "Whether it turns."),
    PARAM(oven, timer, OBJECT, .nullable = true, .preset = "{\"minutes\": 30}", .members = timer_params,
          .members_size = sizeof(struct timer), .about = "When it ends."),
    PARAM_END
};

static const struct param shelf_params[] = {
    PARAM(shelf, height, INTEGER, .required = true, .about = "Above the floor."),
    PARAM(shelf, above, COMPONENT, .family = &kitchen_family, .about = "What stands on it."), PARAM_END
};

static const struct param place_params[] = {
    PARAM(place, room, INTEGER, .preset = "7", .about = "Where it stands."),
    PARAM(place, label, TEXT, .about = "Hidden behind the label of an oven."), PARAM_END
};

static const struct component_type oven_type = { "Oven", "Bakes.", oven_params, sizeof(struct oven) };
static const struct component_type shelf_type = { "Shelf", "Holds things.", shelf_params,
                                                  sizeof(struct shelf) };
static const struct component_type lamp_type = { "Lamp", "Shines.", NULL, 0 };

static const struct component_type *const kitchen_types[] = { &oven_type, &shelf_type, &lamp_type, NULL };
static const struct component_type *const lamp_types[] = { &lamp_type, NULL };

const struct family kitchen_family = {
    .name = "kitchen part",
    .plural = "kitchen_parts",
    .types = kitchen_types,
    .text_shorthand = true,
    .common = place_params,
    .common_size = sizeof(struct place),
};

const struct family strict_family = { .name = "lamp", .plural = "lamps", .types = lamp_types };
