/* engine/base/utf8.c -- see utf8.h. */
#include "engine/base/utf8.h"

#include <stdbool.h>

/* The lead byte gives the length; the least character of that length unmasks overlong forms. */
static const struct {
    unsigned char mask, lead;
    uint32_t least;
} forms[UTF8_BYTES_MAX] = {
    { 0x80, 0x00, 0 },
    { 0xe0, 0xc0, 0x80 },
    { 0xf0, 0xe0, 0x800 },
    { 0xf8, 0xf0, 0x10000 },
};

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

size_t utf8_decode(const char *bytes, size_t length, uint32_t *out_character)
{
    for (size_t form = 0; form < UTF8_BYTES_MAX && form < length; form++) {
        unsigned char lead = (unsigned char)bytes[0];
        uint32_t character = lead & (unsigned char)~forms[form].mask;

        if ((lead & forms[form].mask) != forms[form].lead)
            continue;
        for (size_t i = 1; i <= form; i++) {
            if (!is_continuation(bytes[i]))
                return 0;
            character = character << 6 | ((unsigned char)bytes[i] & 0x3f);
        }
        if (character < forms[form].least || character > 0x10ffff ||
            (character >= 0xd800 && character <= 0xdfff))
            return 0;
        *out_character = character;
        return form + 1;
    }
    return 0;
}

size_t utf8_encode(uint32_t character, char out[UTF8_BYTES_MAX])
{
    size_t form = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;

    for (size_t i = form; i > 0; i--) {
        out[i] = (char)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    out[0] = (char)(forms[form].lead | character);
    return form + 1;
}

size_t utf8_cut(const char *bytes, size_t length, size_t bytes_max)
{
    size_t cut = bytes_max;

    if (length <= bytes_max)
        return length;
    for (size_t back = 0; cut > 0 && back < UTF8_BYTES_MAX && is_continuation(bytes[cut]); back++)
        cut--;
    return cut;
}
