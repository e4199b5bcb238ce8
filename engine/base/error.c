/* engine/base/error.c -- see error.h. */
#include "engine/base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"
#include "engine/base/utf8.h"

static const char *const code_names[] = {
#define X(code, name) [code] = name,
    ERROR_CODES(X)
#undef X
};

const char *error_code_name(enum error_code code)
{
    return (size_t)code < COUNT(code_names) ? code_names[code] : "internal";
}

void error_spell(const struct error *err, struct text *out)
{
    text_format(out, "%s: %s", error_code_name(err->code), err->message);
    if (err->pointer[0])
        text_format(out, " (%s)", err->pointer);
}

/* A text that did not fit was cut by snprintf, perhaps inside a character. */
static void drop_half_character(char *text)
{
    size_t length = strlen(text), start = length;
    uint32_t character;

    while (start > 0 && length - start < UTF8_BYTES_MAX) {
        start--;
        if (((unsigned char)text[start] & 0xc0) != 0x80)
            break;
    }
    if (start < length && utf8_decode(text + start, length - start, &character) == 0)
        text[start] = '\0';
}

static void write_text(char *out, size_t out_bytes, const char *format, va_list arguments) PRINTF_LIKE(3, 0);
static void write_text(char *out, size_t out_bytes, const char *format, va_list arguments)
{
    int length = vsnprintf(out, out_bytes, format, arguments);

    if (length < 0)
        out[0] = '\0';
    else if ((size_t)length >= out_bytes)
        drop_half_character(out);
}

static void error_fill(struct error *err, enum error_code code, const struct json_path *path,
                       const char *file, int line)
{
    *err = (struct error){ .code = code, .file = file, .line = line };
    json_path_spell(path, err->pointer, sizeof err->pointer);
}

bool error_raise(struct error *err, enum error_code code, const struct json_path *path, const char *file,
                 int line, const char *format, ...)
{
    struct error filled; /* The arguments may point into `err`. */
    va_list arguments;

    error_fill(&filled, code, path, file, line);
    va_start(arguments, format);
    write_text(filled.message, sizeof filled.message, format, arguments);
    va_end(arguments);
    *err = filled;
    return false;
}

bool error_hint(struct error *err, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_text(err->hint, sizeof err->hint, format, arguments);
    va_end(arguments);
    return false;
}

bool error_prefix(struct error *err, const char *format, ...)
{
    char prefix[sizeof err->message], whole[2 * sizeof err->message + 2];
    va_list arguments;

    va_start(arguments, format);
    write_text(prefix, sizeof prefix, format, arguments);
    va_end(arguments);
    snprintf(whole, sizeof whole, "%s: %s", prefix, err->message);
    whole[utf8_cut(whole, strlen(whole), sizeof err->message - 1)] = '\0';
    memcpy(err->message, whole, strlen(whole) + 1);
    return false;
}

static enum error_code errno_code(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        return ERROR_STORAGE_FULL;
    case ENOMEM:
        return ERROR_MEMORY;
    default:
        return ERROR_IO;
    }
}

bool error_raise_errno(struct error *err, const char *file, int line, const char *format, ...)
{
    int number = errno;
    char context[sizeof err->message], reason[128];
    va_list arguments;

    va_start(arguments, format);
    write_text(context, sizeof context, format, arguments);
    va_end(arguments);
    return error_raise(err, errno_code(number), NULL, file, line, "%s: %s", context,
                       strerror_r(number, reason, sizeof reason));
}
