/* tests/conformance/python_expression.c -- see python_expression.h. */
#include "tests/conformance/python_expression.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    const char *at;
    const char *functions;
    bool failed;
};

static char *parse_choice(struct parser *parser);

static char *joined(const char *format, char *a, char *b, char *c)
{
    struct text text = { 0 };

    for (; *format; format++) {
        if (*format == '1')
            text_add(&text, a);
        else if (*format == '2')
            text_add(&text, b);
        else if (*format == '3')
            text_add(&text, c);
        else
            text_add_char(&text, *format);
    }
    free(a);
    free(b);
    free(c);
    return text_take(&text);
}

static void skip_space(struct parser *parser)
{
    while (*parser->at == ' ')
        parser->at++;
}

static bool is_word(const char *token)
{
    return isalpha((unsigned char)token[0]);
}

static bool take(struct parser *parser, const char *token)
{
    size_t length = strlen(token);

    skip_space(parser);
    if (strncmp(parser->at, token, length) != 0)
        return false;
    if (is_word(token) && (isalnum((unsigned char)parser->at[length]) || parser->at[length] == '_'))
        return false;
    parser->at += length;
    return true;
}

static char *parse_number(struct parser *parser)
{
    char *end;
    struct text text = { 0 };

    strtod(parser->at, &end);
    text_add_n(&text, parser->at, (size_t)(end - parser->at));
    parser->at = end;
    return text_take(&text);
}

static char *parse_call(struct parser *parser, char *name)
{
    struct text text = { 0 };

    text_format(&text, "%s%s(", parser->functions, name);
    free(name);
    for (bool first = true; !parser->failed && !take(parser, ")"); first = false) {
        char *argument;

        if (!first && !take(parser, ","))
            parser->failed = true;
        argument = parse_choice(parser);
        text_format(&text, "%s%s", first ? "" : ", ", argument);
        free(argument);
    }
    text_add_char(&text, ')');
    return text_take(&text);
}

static char *parse_atom(struct parser *parser)
{
    const char *start;
    char *name;

    skip_space(parser);
    start = parser->at;
    if (take(parser, "(")) {
        char *inside = parse_choice(parser);

        parser->failed |= !take(parser, ")");
        return joined("(1)", inside, NULL, NULL);
    }
    if (isdigit((unsigned char)*start) || *start == '.')
        return parse_number(parser);
    while (isalnum((unsigned char)*parser->at) || *parser->at == '_')
        parser->at++;
    parser->failed |= parser->at == start;
    name = strndup(start, (size_t)(parser->at - start));
    return take(parser, "(") ? parse_call(parser, name) : name;
}

static char *parse_sign(struct parser *parser);

static char *parse_power(struct parser *parser)
{
    char *base = parse_atom(parser);

    return take(parser, "**") ? joined("(1 ^ 2)", base, parse_sign(parser), NULL) : base;
}

static char *parse_sign(struct parser *parser)
{
    if (take(parser, "-"))
        return joined("(-1)", parse_sign(parser), NULL, NULL);
    take(parser, "+");
    return parse_power(parser);
}

/* Binary operators from the strongest to the weakest; Lua's spelling behind Python's. */
enum { LEVELS = 5, OPERATORS = 7 };
static const struct {
    const char *python, *lua;
} operators[LEVELS][OPERATORS] = {
    { { "//", "(1 // 2)" }, { "*", "(1 * 2)" }, { "/", "(1 / 2)" }, { "%", "(1 % 2)" } },
    { { "+", "(1 + 2)" }, { "-", "(1 - 2)" } },
    { { "<=", "(1 <= 2)" },
      { ">=", "(1 >= 2)" },
      { "==", "(1 == 2)" },
      { "!=", "(1 ~= 2)" },
      { "<", "(1 < 2)" },
      { ">", "(1 > 2)" } },
    { { "and", "(1 and 2)" } },
    { { "or", "(1 or 2)" } },
};

static char *parse_level(struct parser *parser, int level)
{
    char *left;

    if (level < 0)
        return parse_sign(parser);
    if (level == 3 && take(parser, "not"))
        return joined("(not 1)", parse_level(parser, level), NULL, NULL);
    left = parse_level(parser, level - 1);
    for (int i = 0; i < OPERATORS && operators[level][i].python; i++) {
        skip_space(parser);
        if (strncmp(parser->at, "**", 2) == 0 || !take(parser, operators[level][i].python))
            continue;
        left = joined(operators[level][i].lua, left, parse_level(parser, level - 1), NULL);
        i = -1;
    }
    return left;
}

/* a if c else b.  Numbers are never false in Lua. */
static char *parse_choice(struct parser *parser)
{
    char *value, *condition;

    if (parser->failed)
        return strdup("");
    value = parse_level(parser, LEVELS - 1);
    if (!take(parser, "if"))
        return value;
    condition = parse_level(parser, LEVELS - 1);
    parser->failed |= !take(parser, "else");
    return joined("(2 and 1 or 3)", value, condition, parse_choice(parser));
}

bool python_to_lua(const char *python, const char *functions, struct text *out)
{
    struct parser parser = { .at = python, .functions = functions };
    char *lua = parse_choice(&parser);

    skip_space(&parser);
    text_add(out, lua);
    free(lua);
    return !parser.failed && !*parser.at;
}

/* Defaults of the first two parameters stand for a value that is not given; later ones are constants. */
bool python_function_to_lua(const char *body, const cJSON *parameters, struct text *out)
{
    struct text constants = { 0 };
    const cJSON *parameter;
    int count = 0;
    bool understood;

    text_add(out, "function(");
    cJSON_ArrayForEach(parameter, parameters)
    {
        const char *name = parameter->valuestring, *preset = strchr(name, '=');

        if (name[0] == '*') {
            text_format(out, "%s...", count ? ", " : "");
        } else if (!preset) {
            text_format(out, "%s%s", count ? ", " : "", name);
        } else if (count < 2) {
            text_format(out, "%s%.*s", count ? ", " : "", (int)(preset - name), name);
            text_format(&constants, "if %.*s == nil then %.*s = %s end ", (int)(preset - name), name,
                        (int)(preset - name), name, preset + 1);
        } else {
            text_format(&constants, "local %.*s = %s ", (int)(preset - name), name, preset + 1);
        }
        count++;
    }
    text_format(out, ") %sreturn ", text_bytes(&constants));
    understood = python_to_lua(body, "math.", out);
    text_add(out, " end");
    text_fini(&constants);
    return understood;
}
