/* engine/tensor/kernels_places.h -- images with their imaginary elements, and what a window sees from each of
 * its places.  A template like kernels_real.h; the shapes are in kernels.h. */

/* Rows of the image itself inside of the padded one. */
static struct TYPED(rows) TYPED(real_rows)(const struct window *w, int64_t plane, REAL *padded)
{
    const int64_t width = w->width + 2 * w->pad_width, height = w->height + 2 * w->pad_height;

    return (struct TYPED(rows)){ .to = padded + (plane * height + w->pad_height) * width + w->pad_width,
                                 .to_stride = width,
                                 .from_stride = w->width,
                                 .count = w->height };
}

static void TYPED(pad)(const struct window *w, const void *image_memory, void *out_memory)
{
    const REAL *image = image_memory;
    REAL *out = out_memory;

    if (w->pad_height == 0 && w->pad_width == 0) {
        memcpy(out, image, (size_t)(w->planes * w->height * w->width) * sizeof *out);
        return;
    }
    for (int64_t plane = 0; plane < w->planes; plane++, image += w->height * w->width) {
        struct TYPED(rows) rows = TYPED(real_rows)(w, plane, out);

        rows.from = image;
        TYPED(copy_rows)(&rows, w->width);
    }
}

static void TYPED(crop)(const struct window *w, const void *padded_memory, void *out_memory)
{
    REAL *out = out_memory;

    if (w->pad_height == 0 && w->pad_width == 0) {
        memcpy(out, padded_memory, (size_t)(w->planes * w->height * w->width) * sizeof *out);
        return;
    }
    for (int64_t plane = 0; plane < w->planes; plane++, out += w->height * w->width) {
        const int64_t width = w->width + 2 * w->pad_width, height = w->height + 2 * w->pad_height;
        const struct TYPED(rows) rows = {
            .from = (const REAL *)padded_memory + (plane * height + w->pad_height) * width + w->pad_width,
            .to = out,
            .from_stride = width,
            .to_stride = w->width,
            .count = w->height,
        };

        TYPED(copy_rows)(&rows, w->width);
    }
}

/* What one place sees: `runs` rows of `planes` windows, those of a plane `width` apart.  Runs are copied in
 * eights: what is too much is written over by the next one, and behind the last by zeros. */
INLINE void TYPED(place_row)(const REAL *corner, REAL *out, int64_t planes, int64_t plane, int64_t runs,
                             int64_t width, int64_t length)
{
    for (int64_t c = 0; c < planes; c++, corner += plane) {
        const REAL *from = corner;

        for (int64_t i = 0; i < runs; i++, from += width, out += length)
            for (int64_t j = 0; j < length; j += 8)
                *(TYPED(run_of_8) *)(out + j) = *(const TYPED(run_of_8) *)(from + j);
    }
    *(TYPED(run_of_8) *)out = (TYPED(run_of_8)){ 0 };
    *(TYPED(run_of_8) *)(out + 8) = (TYPED(run_of_8)){ 0 };
}

static void TYPED(place_rows)(const struct window *w, const void *padded_memory, void *out_memory,
                              int64_t stride)
{
    const int64_t width = w->width + 2 * w->pad_width, plane = (w->height + 2 * w->pad_height) * width;
    const int64_t planes = w->planes, columns = w->columns, down = w->step_height * width,
                  right = w->step_width;
    const int64_t runs = w->window_height, length = w->window_width;
    const REAL *image = padded_memory;
    REAL *out = out_memory;

    for (int64_t y = 0; y < w->rows; y++, image += down)
        for (int64_t x = 0; x < columns; x++, out += stride) {
            if (length == 3 && runs == 3)
                TYPED(place_row)(image + x * right, out, planes, plane, 3, width, 3);
            else if (length == 5 && runs == 5)
                TYPED(place_row)(image + x * right, out, planes, plane, 5, width, 5);
            else
                TYPED(place_row)(image + x * right, out, planes, plane, runs, width, length);
        }
}

static void TYPED(filters_to_table)(const struct window *w, int64_t count, const void *filters_memory,
                                    void *out_memory, int64_t stride)
{
    const int64_t run = patch_run(w), row = (w->window_width + run - 1) / run * run;
    const int64_t rows = w->planes * w->window_height;
    const REAL *filters = filters_memory;
    REAL *table = out_memory;

    for (int64_t f = 0; f < count; f++, table += stride) {
        TYPED(clear)(table, stride);
        for (int64_t r = 0; r < rows; r++, filters += w->window_width) {
            const int64_t turned = (r / w->window_height + 1) * w->window_height - 1 - r % w->window_height;

            for (int64_t j = 0; j < w->window_width; j++)
                table[turned * row + w->window_width - 1 - j] = filters[j];
        }
    }
}

static void TYPED(filters_from_rows)(const struct window *w, int64_t count, const void *turned_memory,
                                     int64_t stride, void *out_memory, int64_t out_stride)
{
    const int64_t size = w->window_height * w->window_width;
    const REAL *turned = turned_memory;
    REAL *out = out_memory;

    for (int64_t f = 0; f < count; f++, turned += stride, out += out_stride)
        for (int64_t c = 0; c < w->planes * size; c += size)
            for (int64_t k = 0; k < size; k++)
                out[c + k] = turned[c + size - 1 - k];
}
