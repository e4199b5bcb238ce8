/* engine/tensor/kernels_places.h -- images by pixels, and what a window sees from each of its places.  A
 * template like kernels_real.h; struct patches and the shapes are in kernels.h. */

/* Row `y` of the image itself inside of the padded one. */
static int64_t TYPED(real_row)(const struct window *w, int64_t y)
{
    return ((w->pad_height + y) * (w->width + 2 * w->pad_width) + w->pad_width) * w->planes;
}

/* Rows that can be taken as one: all of them, where nothing is imaginary. */
static int64_t TYPED(rows_at_once)(const struct window *w)
{
    return w->pad_height == 0 && w->pad_width == 0 ? w->height : 1;
}

static void TYPED(pixels_first)(const struct window *w, const void *image_memory, void *out_memory)
{
    const int64_t rows = TYPED(rows_at_once)(w), plane = w->height * w->width;
    const struct TYPED(turning) turning = { w->planes, rows * w->width, plane, w->planes };
    const REAL *image = image_memory;
    REAL *out = out_memory;

    for (int64_t y = 0; y < w->height; y += rows) {
        if (w->planes == 1)
            memcpy(out + TYPED(real_row)(w, y), image + y * w->width,
                   (size_t)(rows * w->width) * sizeof *out);
        else
            TYPED(transpose)(turning, image + y * w->width, out + TYPED(real_row)(w, y));
    }
}

static void TYPED(planes_first)(const struct window *w, const void *pixels_memory, void *out_memory)
{
    const int64_t rows = TYPED(rows_at_once)(w), plane = w->height * w->width;
    const struct TYPED(turning) turning = { rows * w->width, w->planes, w->planes, plane };
    const REAL *pixels = pixels_memory;
    REAL *out = out_memory;

    for (int64_t y = 0; y < w->height; y += rows) {
        if (w->planes == 1)
            memcpy(out + y * w->width, pixels + TYPED(real_row)(w, y),
                   (size_t)(rows * w->width) * sizeof *out);
        else
            TYPED(transpose)(turning, pixels + TYPED(real_row)(w, y), out + y * w->width);
    }
}

/* Lines are copied in whole vectors, or eights: what is too much is written over by the next one, and behind
 * the last by zeros. */
INLINE void TYPED(place_row)(const REAL *from, REAL *to, int64_t lines, int64_t width, int64_t line_step)
{
    for (int64_t line = 0; line < lines; line++, from += line_step, to += width) {
        if (width <= 8) {
            *(TYPED(run_of_8) *)to = *(const TYPED(run_of_8) *)from;
            continue;
        }
        for (int64_t k = 0; k < width; k += LANES)
            *(VECTOR *)(to + k) = *(const VECTOR *)(from + k);
    }
    for (int64_t k = 0; k < SPARSE_UNIT; k += LANES)
        *(VECTOR *)(to + k) = (VECTOR){ 0 };
}

static void TYPED(place_rows)(const struct patches *p, int64_t line, int64_t lines, const void *image_memory,
                              void *out_memory, int64_t stride)
{
    const REAL *image = (const REAL *)image_memory + line * p->line_step;
    REAL *out = out_memory;

    for (int64_t place = 0; place < p->places; place++, out += stride) {
        if (p->width == 5 && lines == 5)
            TYPED(place_row)(image + p->corners[place], out, 5, 5, p->line_step);
        else if (p->width == 3 && lines == 3)
            TYPED(place_row)(image + p->corners[place], out, 3, 3, p->line_step);
        else
            TYPED(place_row)(image + p->corners[place], out, lines, p->width, p->line_step);
    }
}

static void TYPED(add_patches)(const struct patches *p, const void *rows_memory, int64_t stride,
                               void *image_memory)
{
    const REAL *rows = rows_memory;
    REAL *image = image_memory;

    for (int64_t place = 0; place < p->places; place++, rows += stride) {
        REAL *to = image + p->corners[place];

        for (int64_t line = 0; line < p->lines; line++, to += p->line_step)
            for (int64_t k = 0; k < p->width; k += LANES)
                *(VECTOR *)(to + k) += *(const VECTOR *)(rows + line * p->room + k);
    }
}

/* Where element (i, j) of plane 0 of a turned filter lies in a patch. */
static inline int64_t TYPED(turned)(const struct window *w, int64_t group, int64_t room, int64_t i, int64_t j)
{
    const int64_t line = w->window_height - 1 - i;

    return line / group * room + (line % group * w->window_width + w->window_width - 1 - j) * w->planes;
}

static void TYPED(filters_to_patches)(const struct window *w, int64_t count, int64_t room,
                                      const void *filters_memory, void *out_memory, int64_t stride)
{
    const int64_t size = w->window_height * w->window_width;
    const REAL *filters = filters_memory;
    REAL *out = out_memory;

    for (int64_t f = 0; f < count; f++, out += stride, filters += size * w->planes) {
        TYPED(clear)(out, stride);
        for (int64_t k = 0; k < size; k++) {
            REAL *to = out + TYPED(turned)(w, 1, room, k / w->window_width, k % w->window_width);

            for (int64_t c = 0; c < w->planes; c++)
                to[c] = filters[c * size + k];
        }
    }
}

static void TYPED(add_to_filters)(const struct window *w, int64_t count, int64_t group, int64_t room,
                                  const void *patches_memory, int64_t stride, void *out_memory)
{
    const int64_t size = w->window_height * w->window_width;
    const REAL *patches = patches_memory;
    REAL *out = out_memory;

    for (int64_t f = 0; f < count; f++, patches += stride, out += size * w->planes)
        for (int64_t k = 0; k < size; k++) {
            const REAL *from =
                patches + TYPED(turned)(w, group, room, k / w->window_width, k % w->window_width);

            for (int64_t c = 0; c < w->planes; c++)
                out[c * size + k] += from[c];
        }
}
