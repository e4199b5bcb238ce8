/* engine/tensor/kernels_cells.h -- recurrent cells and their gradients.  A template like kernels_math.h. */

#define ROW(memory, width) ((memory) ? (REAL *)(memory) + row * (width) : NULL)
#define CONST_ROW(memory, width) ((memory) ? (const REAL *)(memory) + row * (width) : NULL)

static inline REAL TYPED(mask_at)(const void *mask, int64_t row)
{
    return mask ? ((const REAL *)mask)[row] : 1;
}

/* ---- Masks ---- */

static void TYPED(cell_blend)(const struct cell_blend *s)
{
    const REAL *fresh = s->fresh, *old = s->old;
    REAL *out = s->out;

    if (!s->mask) {
        if (out != fresh)
            memcpy(out, fresh, (size_t)(s->rows * s->dim) * sizeof *out);
        return;
    }
    for (int64_t row = 0; row < s->rows; row++, fresh += s->dim, old += s->dim, out += s->dim) {
        const REAL m = TYPED(mask_at)(s->mask, row);
        SIMD for (int64_t j = 0; j < s->dim; j++) out[j] = m * fresh[j] + (1 - m) * old[j];
    }
}

static void TYPED(cell_unblend)(const struct cell_unblend *s)
{
    for (int64_t row = 0; row < s->rows; row++) {
        const REAL m = TYPED(mask_at)(s->mask, row), *arriving = CONST_ROW(s->arriving, s->dim);
        REAL *carry = ROW(s->carry, s->dim), *fresh = ROW(s->fresh, s->dim);

        if (arriving) {
            SIMD for (int64_t j = 0; j < s->dim; j++) carry[j] += arriving[j];
        }
        SIMD for (int64_t j = 0; j < s->dim; j++)
        {
            const REAL total = carry[j];
            fresh[j] = m * total;
            carry[j] = (1 - m) * total;
        }
    }
}

/* ---- Gated recurrent ---- */

static void TYPED(gated_reset)(const struct gated_step *s)
{
    for (int64_t row = 0; row < s->rows; row++) {
        const REAL *r = CONST_ROW(s->gates, 2 * s->dim) + s->dim, *old = CONST_ROW(s->old, s->dim);
        REAL *reset = ROW(s->reset, s->dim);

        SIMD for (int64_t j = 0; j < s->dim; j++) reset[j] = r[j] * old[j];
    }
}

static void TYPED(gated_mix)(const struct gated_step *s)
{
    for (int64_t row = 0; row < s->rows; row++) {
        const REAL *u = CONST_ROW(s->gates, 2 * s->dim), *old = CONST_ROW(s->old, s->dim);
        const REAL *candidate = CONST_ROW(s->candidate, s->dim);
        REAL *out = ROW(s->carry, s->dim);

        SIMD for (int64_t j = 0; j < s->dim; j++) out[j] = u[j] * candidate[j] + (1 - u[j]) * old[j];
    }
}

static void TYPED(gated_mix_gradient)(const struct gated_step *s)
{
    for (int64_t row = 0; row < s->rows; row++) {
        const REAL *u = CONST_ROW(s->gates, 2 * s->dim), *old = CONST_ROW(s->old, s->dim);
        const REAL *candidate = CONST_ROW(s->candidate, s->dim), *fresh = CONST_ROW(s->fresh, s->dim);
        REAL *d_update = ROW(s->d_gates, 2 * s->dim), *d_candidate = ROW(s->d_candidate, s->dim);
        REAL *carry = ROW(s->carry, s->dim);

        SIMD for (int64_t j = 0; j < s->dim; j++)
        {
            d_update[j] = fresh[j] * (candidate[j] - old[j]);
            carry[j] += fresh[j] * (1 - u[j]);
            d_candidate[j] = fresh[j] * u[j];
        }
    }
}

static void TYPED(gated_reset_gradient)(const struct gated_step *s)
{
    for (int64_t row = 0; row < s->rows; row++) {
        const REAL *r = CONST_ROW(s->gates, 2 * s->dim) + s->dim, *old = CONST_ROW(s->old, s->dim);
        const REAL *d_product = CONST_ROW(s->reset, s->dim);
        REAL *d_reset = ROW(s->d_gates, 2 * s->dim) + s->dim, *carry = ROW(s->carry, s->dim);

        SIMD for (int64_t j = 0; j < s->dim; j++)
        {
            carry[j] += d_product[j] * r[j];
            d_reset[j] = d_product[j] * old[j];
        }
    }
}

/* ---- LSTM ---- */

/* One row of a step: gates z, old cells c0, old states h0. */
struct TYPED(lstm_row) {
    REAL *z, m;
    const REAL *c0, *h0, *p_in, *p_forget, *p_out;
};

static struct TYPED(lstm_row) TYPED(lstm_row_at)(const struct lstm_step *s, int64_t row)
{
    return (struct TYPED(lstm_row)){ .z = ROW(s->gates, 4 * s->dim),
                                     .m = TYPED(mask_at)(s->mask, row),
                                     .c0 = CONST_ROW(s->old_cells, s->dim),
                                     .h0 = CONST_ROW(s->old_states, s->dim),
                                     .p_in = s->to_in,
                                     .p_forget = s->to_forget,
                                     .p_out = s->to_out };
}

static inline REAL TYPED(logistic)(REAL x)
{
    return 1 / (1 + TYPED(exp)(-x));
}

/* tanh and logistic: one pass. */
static void TYPED(lstm_standard)(const struct TYPED(lstm_row) * r, REAL *h, REAL *c, int64_t dim)
{
    REAL *z = r->z;
    const REAL *c0 = r->c0, *h0 = r->h0, *p_in = r->p_in, *p_forget = r->p_forget, *p_out = r->p_out;
    const REAL m = r->m;

    SIMD for (int64_t j = 0; j < dim; j++)
    {
        const REAL in = TYPED(logistic)(z[j] + c0[j] * p_in[j]);
        const REAL forget = TYPED(logistic)(z[dim + j] + c0[j] * p_forget[j]);
        const REAL candidate = TYPED(tanh)(z[2 * dim + j]);
        const REAL cell = forget * c0[j] + in * candidate;
        const REAL out = TYPED(logistic)(z[3 * dim + j] + cell * p_out[j]);
        z[j] = in;
        z[dim + j] = forget;
        z[2 * dim + j] = candidate;
        z[3 * dim + j] = out;
        h[j] = m * (out * TYPED(tanh)(cell)) + (1 - m) * h0[j];
        c[j] = m * cell + (1 - m) * c0[j];
    }
}

/* Results of an activation, and what has to be kept of it in place of z. */
static void TYPED(activate)(const struct cell_activation *activation, REAL *z, REAL *out, int64_t count)
{
    activation->forward(z, out, count, activation->parameter);
    if (activation->from_result)
        memcpy(z, out, (size_t)count * sizeof *z);
}

static void TYPED(lstm_any)(const struct lstm_step *s, const struct TYPED(lstm_row) * r, REAL *h, REAL *c)
{
    const int64_t dim = s->dim;
    REAL *z = r->z, *a = s->scratch, *cell = a + 4 * dim, *t = a + 5 * dim;
    const REAL *c0 = r->c0, *h0 = r->h0, *p_in = r->p_in, *p_forget = r->p_forget, *p_out = r->p_out;
    const REAL m = r->m;

    SIMD for (int64_t j = 0; j < dim; j++)
    {
        z[j] += c0[j] * p_in[j];
        z[dim + j] += c0[j] * p_forget[j];
    }
    TYPED(activate)(s->gate, z, a, 2 * dim);
    TYPED(activate)(s->activation, z + 2 * dim, a + 2 * dim, dim);
    SIMD for (int64_t j = 0; j < dim; j++)
    {
        cell[j] = a[dim + j] * c0[j] + a[j] * a[2 * dim + j];
        z[3 * dim + j] += cell[j] * p_out[j];
    }
    TYPED(activate)(s->gate, z + 3 * dim, a + 3 * dim, dim);
    s->activation->forward(cell, t, dim, s->activation->parameter);
    SIMD for (int64_t j = 0; j < dim; j++)
    {
        h[j] = m * (a[3 * dim + j] * t[j]) + (1 - m) * h0[j];
        c[j] = m * cell[j] + (1 - m) * c0[j];
    }
}

static void TYPED(lstm)(const struct lstm_step *s)
{
    for (int64_t row = 0; row < s->rows; row++) {
        const struct TYPED(lstm_row) r = TYPED(lstm_row_at)(s, row);

        if (s->standard)
            TYPED(lstm_standard)(&r, ROW(s->states, s->dim), ROW(s->cells, s->dim), s->dim);
        else
            TYPED(lstm_any)(s, &r, ROW(s->states, s->dim), ROW(s->cells, s->dim));
    }
}

/* What goes back through one row. */
struct TYPED(lstm_back) {
    const REAL *d_h, *d_c; /* from outside */
    REAL *carry_h, *carry_c, *d_z, *peepholes;
};

static void TYPED(lstm_standard_gradient)(const struct TYPED(lstm_row) * r, const struct TYPED(lstm_back) * b,
                                          int64_t dim)
{
    const REAL *z = r->z, *c0 = r->c0, *p_in = r->p_in, *p_forget = r->p_forget, *p_out = r->p_out;
    const REAL *d_h = b->d_h, *d_c = b->d_c, m = r->m;
    REAL *carry_h = b->carry_h, *carry_c = b->carry_c, *d_z = b->d_z;
    REAL *d_in = b->peepholes, *d_forget = d_in + dim, *d_out = d_in + 2 * dim;

    SIMD for (int64_t j = 0; j < dim; j++)
    {
        const REAL in = z[j], forget = z[dim + j], candidate = z[2 * dim + j], out = z[3 * dim + j];
        const REAL cell = forget * c0[j] + in * candidate, t = TYPED(tanh)(cell);
        const REAL total_h = d_h[j] + carry_h[j], total_c = d_c[j] + carry_c[j];
        const REAL z_out = m * total_h * t * (out * (1 - out));
        const REAL d_cell = m * total_c + m * total_h * out * (1 - t * t) + z_out * p_out[j];
        const REAL z_in = d_cell * candidate * (in * (1 - in));
        const REAL z_forget = d_cell * c0[j] * (forget * (1 - forget));
        carry_h[j] = (1 - m) * total_h;
        carry_c[j] = (1 - m) * total_c + d_cell * forget + z_in * p_in[j] + z_forget * p_forget[j];
        d_z[j] = z_in;
        d_z[dim + j] = z_forget;
        d_z[2 * dim + j] = d_cell * in * (1 - candidate * candidate);
        d_z[3 * dim + j] = z_out;
        d_in[j] += z_in * c0[j];
        d_forget[j] += z_forget * c0[j];
        d_out[j] += z_out * cell;
    }
}

static const REAL *TYPED(results)(const struct cell_activation *activation, const REAL *kept, REAL *memory,
                                  int64_t count)
{
    if (activation->from_result)
        return kept;
    activation->forward(kept, memory, count, activation->parameter);
    return memory;
}

static void TYPED(lstm_any_gradient)(const struct lstm_step *s, const struct TYPED(lstm_row) * r,
                                     const struct TYPED(lstm_back) * b)
{
    const struct cell_activation *act = s->activation, *gate = s->gate;
    const int64_t dim = s->dim;
    const REAL *z = r->z, *c0 = r->c0, *p_in = r->p_in, *p_forget = r->p_forget, *p_out = r->p_out;
    const REAL *d_h = b->d_h, *d_c = b->d_c, m = r->m;
    REAL *a = s->scratch, *cell = a + 4 * dim, *t = a + 5 * dim, *d_t = a + 6 * dim, *g = a + 7 * dim;
    REAL *carry_h = b->carry_h, *carry_c = b->carry_c, *d_z = b->d_z;
    REAL *d_in = b->peepholes, *d_forget = d_in + dim, *d_out = d_in + 2 * dim;
    const REAL *i_f = TYPED(results)(gate, z, a, 2 * dim);
    const REAL *candidate = TYPED(results)(act, z + 2 * dim, a + 2 * dim, dim);
    const REAL *out = TYPED(results)(gate, z + 3 * dim, a + 3 * dim, dim);

    SIMD for (int64_t j = 0; j < dim; j++) cell[j] = i_f[dim + j] * c0[j] + i_f[j] * candidate[j];
    act->forward(cell, t, dim, act->parameter);
    SIMD for (int64_t j = 0; j < dim; j++)
    {
        const REAL total = m * (d_h[j] + carry_h[j]);
        g[3 * dim + j] = total * t[j];
        d_t[j] = total * out[j];
    }
    gate->slope(z + 3 * dim, g + 3 * dim, g + 3 * dim, dim, gate->parameter);
    act->slope(act->from_result ? t : cell, d_t, d_t, dim, act->parameter);
    SIMD for (int64_t j = 0; j < dim; j++)
    {
        const REAL d_cell = m * (d_c[j] + carry_c[j]) + d_t[j] + g[3 * dim + j] * p_out[j];
        g[j] = d_cell * candidate[j];
        g[dim + j] = d_cell * c0[j];
        g[2 * dim + j] = d_cell * i_f[j];
        carry_c[j] = (1 - m) * (d_c[j] + carry_c[j]) + d_cell * i_f[dim + j];
        carry_h[j] = (1 - m) * (d_h[j] + carry_h[j]);
    }
    gate->slope(z, g, g, 2 * dim, gate->parameter);
    act->slope(z + 2 * dim, g + 2 * dim, g + 2 * dim, dim, act->parameter);
    SIMD for (int64_t j = 0; j < dim; j++)
    {
        carry_c[j] += g[j] * p_in[j] + g[dim + j] * p_forget[j];
        d_in[j] += g[j] * c0[j];
        d_forget[j] += g[dim + j] * c0[j];
        d_out[j] += g[3 * dim + j] * cell[j];
    }
    memcpy(d_z, g, (size_t)(4 * dim) * sizeof *d_z);
}

/* The peepholes' gradients are summed over the rows first, then added to those of the other steps. */
static void TYPED(lstm_gradient)(const struct lstm_step *s)
{
    REAL *zeros = (REAL *)s->scratch + 12 * s->dim, *peepholes = zeros + s->dim, *total = s->d_peepholes;

    memset(zeros, 0, (size_t)(4 * s->dim) * sizeof *zeros);
    for (int64_t row = 0; row < s->rows; row++) {
        const struct TYPED(lstm_row) r = TYPED(lstm_row_at)(s, row);
        const struct TYPED(lstm_back) b = {
            .d_h = s->d_states ? CONST_ROW(s->d_states, s->dim) : zeros,
            .d_c = s->d_cells ? CONST_ROW(s->d_cells, s->dim) : zeros,
            .carry_h = ROW(s->carry_states, s->dim),
            .carry_c = ROW(s->carry_cells, s->dim),
            .d_z = ROW(s->d_gates, 4 * s->dim),
            .peepholes = peepholes,
        };

        if (s->standard)
            TYPED(lstm_standard_gradient)(&r, &b, s->dim);
        else
            TYPED(lstm_any_gradient)(s, &r, &b);
    }
    SIMD for (int64_t j = 0; j < 3 * s->dim; j++) total[j] += peepholes[j];
}

#undef ROW
#undef CONST_ROW
