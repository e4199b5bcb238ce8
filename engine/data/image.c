/* engine/data/image.c -- see image.h. */
#include "engine/data/image.h"

enum { IMAGE_RANK = 3 };

bool image_check(const struct source_spec *spec, bool examples, struct error *err)
{
    char text[SHAPE_TEXT_BYTES];

    if (spec->shape.rank == IMAGE_RANK + !examples)
        return true;
    RAISE(err, ERROR_SHAPE, NULL, "arrays of shape %s are no images", shape_text(&spec->shape, text));
    return error_hint(err, "Images are (channel, height, width); name their sources in which_sources.");
}
