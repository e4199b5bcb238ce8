/* engine/data/npy_header.c -- the header of NumPy's array format. */
#include "engine/data/npy.h"

#include <string.h>

enum { HEADER_BYTES_MAX = 10000, DATA_ALIGNMENT = 64 }; /* 10000 is NumPy's own limit */

#define BYTE_ORDER_NATIVE (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>')

/* A position in the dictionary, a Python literal. */
struct cursor {
    const char *at, *end;
};

static void skip_space(struct cursor *cursor)
{
    while (cursor->at < cursor->end && strchr(" \t\n\r\f", *cursor->at) && *cursor->at)
        cursor->at++;
}

static bool take(struct cursor *cursor, char c)
{
    skip_space(cursor);
    if (cursor->at == cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    return true;
}

static bool take_word(struct cursor *cursor, const char *word)
{
    const size_t length = strlen(word);

    skip_space(cursor);
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0)
        return false;
    cursor->at += length;
    return true;
}

/* A text in quotes, without escapes. */
static bool take_text(struct cursor *cursor, char *out, size_t out_bytes)
{
    size_t length = 0;
    char quote;

    skip_space(cursor);
    if (cursor->at == cursor->end || (*cursor->at != '\'' && *cursor->at != '"'))
        return false;
    quote = *cursor->at++;
    while (cursor->at < cursor->end && *cursor->at != quote) {
        if (length + 1 >= out_bytes || *cursor->at < ' ' || *cursor->at > '~')
            return false;
        out[length++] = *cursor->at++;
    }
    out[length] = '\0';
    return take(cursor, quote);
}

/* A dimension; Python 2 wrote an L behind long ones. */
static bool take_dimension(struct cursor *cursor, int64_t *out)
{
    bool some = false;

    *out = 0;
    skip_space(cursor);
    for (; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++, some = true)
        if (__builtin_mul_overflow(*out, 10, out) || __builtin_add_overflow(*out, *cursor->at - '0', out))
            return false;
    if (some && cursor->at < cursor->end && *cursor->at == 'L')
        cursor->at++;
    return some;
}

static bool take_shape(struct cursor *cursor, struct shape *out, struct error *err)
{
    bool comma = true;

    *out = (struct shape){ 0 };
    if (!take(cursor, '('))
        return RAISE(err, ERROR_SYNTAX, NULL, "the npy header has no tuple as shape");
    while (!take(cursor, ')')) {
        if (out->rank == TENSOR_RANK_MAX)
            return RAISE(err, ERROR_LIMIT, NULL, "the npy header has more than %d dimensions",
                         TENSOR_RANK_MAX);
        if (!comma || !take_dimension(cursor, &out->dims[out->rank]))
            return RAISE(err, ERROR_SYNTAX, NULL,
                         "dimension %d of the npy header is not a whole number from 0 on", out->rank);
        out->rank++;
        comma = take(cursor, ',');
    }
    return true;
}

static bool refuse_dtype(const char *descr, struct error *err)
{
    RAISE(err, ERROR_INVALID_VALUE, NULL, "the dtype '%s' cannot be read", descr);
    return error_hint(err, "Use bool, integers of 1 to 8 bytes, or floats of 2, 4 or 8 bytes.");
}

static bool parse_descr(const char *descr, struct npy_header *out, struct error *err)
{
    static const struct {
        const char *code;
        enum dtype dtype;
        enum npy_storage storage;
    } table[] = {
#define X(dtype, name, bytes, npy) { npy, dtype, NPY_AS_IS },
        DTYPES(X)
#undef X
            { "f2", DTYPE_FLOAT32, NPY_FLOAT16 },
        { "u8", DTYPE_INT64, NPY_UINT64 },
    };
    const char order = descr[0];

    if (!order || !strchr("<>|=", order))
        return refuse_dtype(descr, err);
    for (size_t i = 0; i < COUNT(table); i++) {
        if (strcmp(descr + 1, table[i].code) != 0)
            continue;
        if (order == '|' && strcmp(descr + 2, "1") != 0)
            return refuse_dtype(descr, err);
        out->dtype = table[i].dtype;
        out->storage = table[i].storage;
        out->swapped = (order == '<' || order == '>') && order != BYTE_ORDER_NATIVE;
        return true;
    }
    return refuse_dtype(descr, err);
}

static bool parse_member(struct cursor *cursor, const char *key, struct npy_header *out, struct error *err)
{
    char descr[32];

    if (strcmp(key, "descr") == 0) {
        if (!take_text(cursor, descr, sizeof(descr))) {
            RAISE(err, ERROR_INVALID_VALUE, NULL, "arrays of records cannot be read");
            return error_hint(err, "Store each field as a source of its own.");
        }
        return parse_descr(descr, out, err);
    }
    if (strcmp(key, "fortran_order") == 0) {
        out->fortran_order = take_word(cursor, "True");
        return out->fortran_order || take_word(cursor, "False") ||
               RAISE(err, ERROR_SYNTAX, NULL, "fortran_order of the npy header is neither True nor False");
    }
    return take_shape(cursor, &out->shape, err);
}

bool npy_header_parse(const char *text, size_t length, struct npy_header *out, struct error *err)
{
    static const char *const keys[] = { "descr", "fortran_order", "shape" };
    struct cursor cursor = { text, text + length };
    unsigned seen = 0;
    char key[32];

    *out = (struct npy_header){ 0 };
    if (!take(&cursor, '{'))
        return RAISE(err, ERROR_SYNTAX, NULL, "the npy header is not a dictionary");
    while (!take(&cursor, '}')) {
        size_t which = 0;

        if (!take_text(&cursor, key, sizeof(key)) || !take(&cursor, ':'))
            return RAISE(err, ERROR_SYNTAX, NULL, "the npy header is not a dictionary");
        while (which < COUNT(keys) && strcmp(key, keys[which]) != 0)
            which++;
        if (which == COUNT(keys) || seen & 1U << which)
            return RAISE(err, ERROR_SYNTAX, NULL, "the npy header has an unexpected member \"%s\"", key);
        seen |= 1U << which;
        if (!parse_member(&cursor, key, out, err))
            return false;
        if (!take(&cursor, ',') && (cursor.at == cursor.end || *cursor.at != '}'))
            return RAISE(err, ERROR_SYNTAX, NULL, "the npy header is not a dictionary");
    }
    skip_space(&cursor);
    if (cursor.at != cursor.end || seen != (1U << COUNT(keys)) - 1)
        return RAISE(err, ERROR_SYNTAX, NULL, "the npy header lacks a member, or has text behind it");
    return true;
}

bool npy_header_read(struct byte_reader *reader, struct npy_header *out, struct error *err)
{
    unsigned char start[8], size[4] = { 0 };
    char text[HEADER_BYTES_MAX];
    size_t length;

    if (!byte_reader_need(reader, start, sizeof(start), "header", err))
        return false;
    if (memcmp(start, "\x93NUMPY", 6) != 0)
        return RAISE(err, ERROR_SYNTAX, NULL, "this is not an npy file");
    if (start[6] < 1 || start[6] > 3)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "version %d.%d of the npy format is not known", start[6],
                     start[7]);
    if (!byte_reader_need(reader, size, start[6] == 1 ? 2 : 4, "header", err))
        return false;
    length = size[0] | (size_t)size[1] << 8 | (size_t)size[2] << 16 | (size_t)size[3] << 24;
    if (length > sizeof(text))
        return RAISE(err, ERROR_LIMIT, NULL, "the npy header is %zu bytes long, more than %zu", length,
                     sizeof(text));
    return byte_reader_need(reader, text, length, "header", err) && npy_header_parse(text, length, out, err);
}

void npy_header_write(enum dtype dtype, const struct shape *shape, struct text *out)
{
    struct text dictionary = { 0 };
    const char order = dtype_bytes(dtype) == 1 ? '|' : BYTE_ORDER_NATIVE;
    const size_t prefix = 10;

    text_format(&dictionary, "{'descr': '%c%s', 'fortran_order': False, 'shape': (", order, dtype_npy(dtype));
    for (int axis = 0; axis < shape->rank; axis++)
        text_format(&dictionary, "%s%lld%s", axis > 0 ? ", " : "", (long long)shape->dims[axis],
                    shape->rank == 1 ? "," : "");
    text_add(&dictionary, "), }");
    while ((prefix + dictionary.length + 1) % DATA_ALIGNMENT != 0)
        text_add_char(&dictionary, ' ');
    text_add_char(&dictionary, '\n');

    text_add_n(out, "\x93NUMPY\x01\x00", 8);
    text_add_char(out, (char)(dictionary.length & 0xff));
    text_add_char(out, (char)(dictionary.length >> 8));
    text_add_n(out, dictionary.bytes, dictionary.length);
    text_fini(&dictionary);
}
