/* engine/data/image.h -- sources of images: (batch, channel, height, width), or single ones without the first
 * axis. */
#ifndef ENGINE_DATA_IMAGE_H
#define ENGINE_DATA_IMAGE_H

#include "engine/data/stream.h"

bool image_check(const struct source_spec *spec, bool examples, struct error *err);

#endif
