/* engine/bricks/initialization/constant.c -- one number for all elements, or an array that is broadcast. */
#include "engine/bricks/initialization/initializations.h"

#include <cjson/cJSON.h>

#include "engine/base/component_report.h"

struct constant {
    const struct cJSON *constant; /* a number, or lists of numbers inside each other */
};

static const struct param params[] = {
    PARAM(constant, constant, JSON, .required = true,
          .about = "The number, or an array as nested lists that is broadcast as in NumPy."),
    PARAM_END
};

/* The shape of nested lists; false when they are ragged, too deep, empty or hold anything but numbers. */
static bool shape_of_lists(const cJSON *json, int rank, struct shape *shape)
{
    const cJSON *item;
    const int64_t length = cJSON_GetArraySize(json);

    if (cJSON_IsNumber(json))
        return rank == shape->rank;
    if (!cJSON_IsArray(json) || rank >= shape->rank || length != shape->dims[rank])
        return false;
    cJSON_ArrayForEach(item, json)
    {
        if (!shape_of_lists(item, rank + 1, shape))
            return false;
    }
    return true;
}

static bool find_shape(const cJSON *json, struct shape *out)
{
    *out = (struct shape){ 0 };
    for (const cJSON *first = json; cJSON_IsArray(first); first = first->child) {
        if (out->rank == TENSOR_RANK_MAX || !first->child)
            return false;
        out->dims[out->rank++] = cJSON_GetArraySize(first);
    }
    return shape_of_lists(json, 0, out);
}

static bool constant_check(const struct component *scheme, const struct shape *shape,
                           struct error_list *errors)
{
    const struct constant *self = scheme->settings;
    char given_text[SHAPE_TEXT_BYTES], shape_text_[SHAPE_TEXT_BYTES];
    struct shape given;
    bool fits;

    if (!find_shape(self->constant, &given)) {
        REPORT_AT(errors, ERROR_WRONG_TYPE, scheme, "constant", "neither a number nor an array of numbers");
        return error_list_hint(errors, "Give a number, or lists of numbers that are all of one length.");
    }
    fits = given.rank <= shape->rank;
    for (int axis = 1; fits && axis <= given.rank; axis++)
        fits = given.dims[given.rank - axis] == 1 ||
               given.dims[given.rank - axis] == shape->dims[shape->rank - axis];
    return fits || REPORT_AT(errors, ERROR_SHAPE, scheme, "constant",
                             "an array of shape %s cannot be broadcast to a parameter of shape %s",
                             shape_text(&given, given_text), shape_text(shape, shape_text_));
}

/* Writes `count` elements from `index` on, all below the lists that `json` is one level of. */
static void store(const cJSON *json, int rank, const struct shape *shape, const struct tensor *out, int axis,
                  int64_t index)
{
    int64_t inside = 1;

    if (axis == shape->rank) {
        initialization_store(out, index, json->valuedouble);
        return;
    }
    for (int later = axis + 1; later < shape->rank; later++)
        inside *= shape->dims[later];
    if (shape->rank - axis > rank) { /* an axis that the array does not have */
        for (int64_t i = 0; i < shape->dims[axis]; i++)
            store(json, rank, shape, out, axis + 1, index + i * inside);
        return;
    }
    const cJSON *item = json->child;
    const bool repeat = !item->next;

    for (int64_t i = 0; i < shape->dims[axis]; i++) {
        store(item, rank - 1, shape, out, axis + 1, index + i * inside);
        if (!repeat)
            item = item->next;
    }
}

static bool constant_generate(const struct component *scheme, struct random_state *random,
                              const struct tensor *out, struct error *err)
{
    const struct constant *self = scheme->settings;
    int rank = 0;

    (void)random;
    (void)err;
    for (const cJSON *first = self->constant; cJSON_IsArray(first); first = first->child)
        rank++;
    if (out->data && tensor_elements(out) > 0)
        store(self->constant, rank, &out->shape, out, 0, 0);
    return true;
}

const struct initialization_type constant_initialization_type = {
    .component = { .name = "Constant",
                   .about = "Fills with a constant.",
                   .params = params,
                   .settings_size = sizeof(struct constant) },
    .check = constant_check,
    .generate = constant_generate,
};
