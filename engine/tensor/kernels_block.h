/* engine/tensor/kernels_block.h -- convolution of as many images at once as a vector has lanes.  A template
 * like kernels_real.h; struct block_convolution is in kernels.h.
 *
 * The images of a block lie side by side: one vector per pixel, with imaginary pixels.  Every place of every
 * filter is then a sum of vectors, wherever the filter looks: neither steps nor borders get in the way, and
 * nothing is laid out in columns.  Sums run over the elements of a filter in their order. */

/* ---- Blocks ---- */

static void TYPED(block_of_images)(const struct window *w, int64_t images, const void *images_memory,
                                   void *block_memory)
{
    const int64_t pixels = w->planes * w->height * w->width, width = w->width + 2 * w->pad_width;
    const REAL *from = images_memory;
    REAL *block = block_memory;

    if (w->pad_height == 0 && w->pad_width == 0) {
        TYPED(gather)((struct TYPED(strip)){ images, pixels, pixels }, from, block);
        return;
    }
    for (int64_t c = 0; c < w->planes; c++) {
        for (int64_t y = 0; y < w->height; y++, from += w->width)
            TYPED(gather)
        ((struct TYPED(strip)){ images, pixels, w->width }, from,
         block + ((w->pad_height + y) * width + w->pad_width) * LANES);
        block += (w->height + 2 * w->pad_height) * width * LANES;
    }
}

/* ---- Filters ---- */

/* So many filters have their sums in registers at once, for two places. */
static int TYPED(filters_at_once)(int64_t filters)
{
#ifdef __AVX512F__
    static const int sizes[] = { 12, 10, 8, 6, 4 };
#else
    static const int sizes[] = { 6, 4 };
#endif
    int best = sizes[0];

    for (size_t i = 1; i < sizeof sizes / sizeof *sizes; i++)
        if ((filters + sizes[i] - 1) / sizes[i] * sizes[i] < (filters + best - 1) / best * best)
            best = sizes[i];
    return best;
}

/* (groups, elements of a filter, filters of a group), turned by half a circle; what is missing to a whole
 * group is zero. */
static void TYPED(block_filters)(const struct window *w, int64_t filters, const void *filters_memory,
                                 void *out_memory)
{
    const int64_t size = w->window_height * w->window_width, elements = w->planes * size;
    const int group = TYPED(filters_at_once)(filters);
    const REAL *from = filters_memory;
    REAL *out = out_memory;

    for (int64_t first = 0; first < filters; first += group)
        for (int64_t k = 0; k < elements; k++)
            for (int64_t f = first; f < first + group; f++)
                *out++ = f < filters ? from[f * elements + k / size * size + size - 1 - k % size] : 0;
}

/* Some elements of the filters, what they see and where their sums are. */
struct TYPED(pass) {
    const REAL *filters;
    const int64_t *offsets;
    int64_t elements;
    bool first; /* of all passes: the sums begin with it */
};

/* The sums of a group of filters at one or two neighbouring places. */
INLINE void TYPED(block_places)(const struct TYPED(pass) * pass, int64_t right, const REAL *corner, REAL *out,
                                int64_t plane, const int group, const int places)
{
    const int64_t *offsets = pass->offsets, elements = pass->elements;
    const REAL *filters = pass->filters;
    VECTOR sums[24];

    UNROLL for (int i = 0; i < group * places; i++) sums[i] = (VECTOR){ 0 };
    if (!pass->first) {
        UNROLL for (int i = 0; i < group; i++)
        {
            sums[i] = *(const VECTOR *)(out + i * plane);
            if (places == 2)
                sums[group + i] = *(const VECTOR *)(out + i * plane + LANES);
        }
    }
    for (int64_t k = 0; k < elements; k++, filters += group) {
        const REAL *seen = corner + offsets[k];
        const VECTOR left = *(const VECTOR *)seen, other = *(const VECTOR *)(seen + (places - 1) * right);

        UNROLL for (int i = 0; i < group; i++)
        {
            const VECTOR filter = SPLAT(filters[i]);

            ADD_PRODUCT(sums[i], filter, left);
            if (places == 2)
                ADD_PRODUCT(sums[group + i], filter, other);
        }
    }
    UNROLL for (int i = 0; i < group; i++)
    {
        *(VECTOR *)(out + i * plane) = sums[i];
        if (places == 2)
            *(VECTOR *)(out + i * plane + LANES) = sums[group + i];
    }
}

INLINE void TYPED(block_pass)(const struct block_convolution *b, const struct TYPED(pass) * pass,
                              const int group)
{
    const struct window *w = &b->window;
    const int64_t down = w->step_height * (w->width + 2 * w->pad_width) * LANES,
                  right = w->step_width * LANES;
    const int64_t plane = w->rows * w->columns * LANES;
    const REAL *row = b->block;
    REAL *out = b->sums;

    for (int64_t y = 0; y < w->rows; y++, row += down) {
        int64_t x = 0;

        for (; x + 2 <= w->columns; x += 2, out += 2 * LANES)
            TYPED(block_places)(pass, right, row + x * right, out, plane, group, 2);
        for (; x < w->columns; x++, out += LANES)
            TYPED(block_places)(pass, right, row + x * right, out, plane, group, 1);
    }
}

/* Some planes at a time, so that what two places see of them stays in the first cache until the next two
 * come. */
INLINE void TYPED(block_group)(const struct block_convolution *b, const REAL *filters, const int group)
{
    enum { SEEN_BYTES = 24576 };
    const struct window *w = &b->window;
    const int64_t size = w->window_height * w->window_width;
    const int64_t seen_bytes = w->window_height * (w->window_width + w->step_width) * VECTOR_BYTES;
    const int64_t passes = (w->planes * seen_bytes + SEEN_BYTES - 1) / SEEN_BYTES;
    const int64_t planes = passes > 0 ? (w->planes + passes - 1) / passes : 1;

    for (int64_t plane = 0; plane < w->planes; plane += planes) {
        const int64_t some = w->planes - plane < planes ? w->planes - plane : planes;
        const struct TYPED(pass)
            pass = { filters + plane * size * group, b->offsets + plane * size, some * size, plane == 0 };

        TYPED(block_pass)(b, &pass, group);
    }
}

/* The sums of filters [first, first + some), or what is pooled of them, to the images of the result. */
static void TYPED(put_filters)(const struct block_convolution *b, int64_t first, int64_t some, REAL *out)
{
    const int64_t places = b->window.rows * b->window.columns;
    const struct window *pool = b->pool;
    const int64_t pooled = pool ? pool->rows * pool->columns : places;
    const struct TYPED(strip) strip = { b->images, b->filters * pooled, some * pooled };
    REAL *greatest = b->pooled, *bits = greatest + some * pooled * LANES;

    if (!pool) {
        TYPED(scatter)(strip, b->sums, out + first * places);
        return;
    }
    for (int64_t f = 0; f < some; f++)
        TYPED(block_pool)
    (pool, (const REAL *)b->sums + f * places * LANES, greatest + f * pooled * LANES,
     bits + f * pooled * LANES);
    TYPED(scatter)(strip, greatest, out + first * pooled);
    TYPED(scatter)(strip, bits, (REAL *)b->bits + first * pooled);
}

static void TYPED(block_convolve)(const struct block_convolution *b, void *out_memory)
{
    const int group = TYPED(filters_at_once)(b->filters);
    const REAL *filters = b->table;
    REAL *out = out_memory;

    for (int64_t first = 0; first < b->filters; first += group, filters += group * b->elements) {
        const int64_t some = b->filters - first < group ? b->filters - first : group;

        switch (group) {
#ifdef __AVX512F__
        case 12:
            TYPED(block_group)(b, filters, 12);
            break;
        case 10:
            TYPED(block_group)(b, filters, 10);
            break;
        case 8:
            TYPED(block_group)(b, filters, 8);
            break;
#endif
        case 6:
            TYPED(block_group)(b, filters, 6);
            break;
        default:
            TYPED(block_group)(b, filters, 4);
        }
        TYPED(put_filters)(b, first, some, out);
    }
}
