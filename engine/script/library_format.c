/* engine/script/library_format.c -- string.format with widths and precisions below 100. */
#include "engine/script/library.h"

#include <stdio.h>
#include <string.h>

#include "engine/script/state.h"

enum { SPECIFICATION_BYTES = 16, CHARGE_PER_CONVERSION = 50 };

struct output {
    char bytes[SCRIPT_TEXT_BYTES_MAX];
    size_t length;
};

/* One conversion as written: flags, width, precision, letter. */
struct conversion {
    char flags[8];
    int width, precision; /* -1: not given */
    char letter;
};

static void add(lua_State *L, struct output *output, const char *bytes, size_t length)
{
    if (length > sizeof output->bytes - output->length)
        script_throw(L, ERROR_SCRIPT_BUDGET, "a text of more than %d bytes", SCRIPT_TEXT_BYTES_MAX);
    memcpy(output->bytes + output->length, bytes, length);
    output->length += length;
}

/* At most two digits; -1 when there is none. */
static int read_number(const char **format)
{
    int number = -1;

    for (int digits = 0; digits < 2 && **format >= '0' && **format <= '9'; digits++, (*format)++)
        number = (number < 0 ? 0 : number * 10) + (**format - '0');
    return number;
}

/* Reads what follows a '%'. */
static struct conversion read_conversion(lua_State *L, const char **format)
{
    struct conversion conversion = { .width = -1, .precision = -1 };
    size_t flags = 0;

    while (**format && strchr("-+ #0", **format)) {
        if (flags + 1 == sizeof conversion.flags)
            script_throw(L, ERROR_SCRIPT, "too many flags in a format");
        conversion.flags[flags++] = *(*format)++;
    }
    conversion.width = read_number(format);
    if (**format == '.') {
        (*format)++;
        conversion.precision = read_number(format);
        if (conversion.precision < 0)
            conversion.precision = 0;
    }
    conversion.letter = **format;
    if (!conversion.letter || !strchr("dixXocaAeEfFgGs", conversion.letter))
        script_throw(L, ERROR_SCRIPT, "\"%%%c\" is not a conversion, or its width passes 99",
                     conversion.letter ? conversion.letter : ' ');
    (*format)++;
    return conversion;
}

/* The same conversion for printf, with `length` before its letter; letters are from a fixed set. */
static void spell(const struct conversion *conversion, const char *length, char letter,
                  char out[SPECIFICATION_BYTES])
{
    int used = snprintf(out, SPECIFICATION_BYTES, "%%%s", conversion->flags);

    if (conversion->width >= 0)
        used += snprintf(out + used, SPECIFICATION_BYTES - (size_t)used, "%d", conversion->width);
    if (conversion->precision >= 0)
        used += snprintf(out + used, SPECIFICATION_BYTES - (size_t)used, ".%d", conversion->precision);
    snprintf(out + used, SPECIFICATION_BYTES - (size_t)used, "%s%c", length, letter);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void add_number(lua_State *L, struct output *output, const struct conversion *conversion, int argument)
{
    char text[512], specification[SPECIFICATION_BYTES]; /* 1e308 with 99 decimals takes 409 */
    int length;

    if (strchr("aAeEfFgG", conversion->letter)) {
        spell(conversion, "", conversion->letter, specification);
        length = snprintf(text, sizeof text, specification, library_number(L, argument));
    } else {
        spell(conversion, "ll", conversion->letter, specification);
        length = snprintf(text, sizeof text, specification, (long long)library_integer(L, argument));
    }
    add(L, output, text, (size_t)length);
}
#pragma GCC diagnostic pop

/* Texts are padded by hand: printf would stop at a NUL and has no reason to be asked. */
static void add_padded(lua_State *L, struct output *output, const struct conversion *conversion,
                       const char *text, size_t length)
{
    const size_t width = conversion->width > 0 ? (size_t)conversion->width : 0;
    const bool left = strchr(conversion->flags, '-');

    if (conversion->precision >= 0 && length > (size_t)conversion->precision)
        length = (size_t)conversion->precision;
    if (left)
        add(L, output, text, length);
    for (size_t i = length; i < width; i++)
        add(L, output, " ", 1);
    if (!left)
        add(L, output, text, length);
}

static void add_text(lua_State *L, struct output *output, const struct conversion *conversion, int argument)
{
    const int type = lua_type(L, argument);
    size_t length;
    const char *text;

    if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA) {
        text = luaL_typename(L, argument);
        add_padded(L, output, conversion, text, strlen(text));
        return;
    }
    text = luaL_tolstring(L, argument, &length);
    add_padded(L, output, conversion, text, length);
    lua_pop(L, 1);
}

static void add_character(lua_State *L, struct output *output, const struct conversion *conversion,
                          int argument)
{
    const lua_Integer code = library_integer(L, argument);
    const char character = (char)(unsigned char)code;

    if (code < 1 || code > 255)
        script_throw(L, ERROR_SCRIPT, "%lld is not between 1 and 255", (long long)code);
    add_padded(L, output, conversion, &character, 1);
}

int library_format(lua_State *L)
{
    struct output output = { .length = 0 };
    const char *format = library_text(L, 1, NULL);
    const int count = lua_gettop(L);
    int argument = 1;

    while (*format) {
        struct conversion conversion;
        const size_t plain = strcspn(format, "%");

        add(L, &output, format, plain);
        format += plain;
        if (!*format)
            break;
        if (*++format == '%') {
            add(L, &output, format++, 1);
            continue;
        }
        conversion = read_conversion(L, &format);
        if (++argument > count)
            script_throw(L, ERROR_SCRIPT, "the format wants more than %d values", count - 1);
        if (conversion.letter == 's')
            add_text(L, &output, &conversion, argument);
        else if (conversion.letter == 'c')
            add_character(L, &output, &conversion, argument);
        else
            add_number(L, &output, &conversion, argument);
        script_charge(L, CHARGE_PER_CONVERSION);
    }
    script_charge(L, (int64_t)(output.length / 8));
    lua_pushlstring(L, output.bytes, output.length);
    return 1;
}
