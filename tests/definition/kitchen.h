/* tests/definition/kitchen.h -- a made-up family of components with parameters of every kind.
 *
 * Shared by the tests of the binder and of the describer. */
#ifndef TESTS_DEFINITION_KITCHEN_H
#define TESTS_DEFINITION_KITCHEN_H

#include "engine/base/param.h"

struct timer {
    int64_t minutes;
    bool rings;
    struct component *bell;
};

struct oven {
    bool hot;
    int64_t plates;
    double degrees;
    const char *label;
    int mode;
    const char *recipe;
    struct integer_list sizes;
    struct real_list weights;
    struct text_list names;
    struct component *lamp;
    struct component_list shelves;
    const struct cJSON *notes;
    enum optional_boolean fan;
    struct timer *timer;
};

struct shelf {
    int64_t height;
    struct component *above;
};

struct place {
    int64_t room;
    const char *label;
};

extern const struct param oven_params[];
extern const struct family kitchen_family; /* Oven, Shelf, Lamp; a text is enough */
extern const struct family strict_family;  /* Lamp; needs an object */

#endif
