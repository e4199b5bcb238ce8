/* tests/conformance/python_expression.c -- see python_expression.h. */
#include "tests/conformance/python_expression.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    const char *at;
    bool guarded; /* what fails in Python has to fail: see `guards` */
    bool failed;
};

/* Python's numbers fail where Lua's go on with infinities.  `min` and `max` take a list as well. */
static const char guards[] =
    "local function fail() error('this is an error in Python') end "
    "local function finite(v, ...) for i = 1, select('#', ...) do if math.abs(select(i, ...)) == math.huge "
    "then return v end end return math.abs(v) == math.huge and fail() or v end "
    "local function divisor(v) return v == 0 and fail() or v end "
    "local function power(a, b) if a == 0 and b < 0 or a < 0 and b ~= math.floor(b) then fail() end "
    "return finite(a ^ b, a, b) end "
    "local function sqrt(v) return v < 0 and fail() or math.sqrt(v) end "
    "local function log(v) return v <= 0 and fail() or math.log(v) end "
    "local function exp(v) return finite(math.exp(v), v) end "
    "local function floor(v) return (v ~= v or math.abs(v) == math.huge) and fail() or math.floor(v) end "
    "local abs, one = math.abs, 1 "
    "local function len(list) return #list end "
    "local function sum(list) local total = 0 for i = 1, #list do total = total + list[i] end return total "
    "end "
    "local function listed(f) return function(a, ...) if type(a) == 'table' then return f(table.unpack(a)) "
    "end return f(a, ...) end end "
    "local min, max = listed(math.min), listed(math.max) ";

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

    text_format(&text, "%s(", name);
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

/* args[0]; what is behind the end is nil, and fails. */
static char *parse_element(struct parser *parser)
{
    char *list = parse_atom(parser);

    while (!parser->failed && take(parser, "[")) {
        list = joined("1[(2) + one]", list, parse_choice(parser), NULL);
        parser->failed |= !take(parser, "]");
    }
    return list;
}

static char *parse_sign(struct parser *parser);

static char *parse_power(struct parser *parser)
{
    char *base = parse_element(parser);

    if (!take(parser, "**"))
        return base;
    return joined(parser->guarded ? "power(1, 2)" : "(1 ^ 2)", base, parse_sign(parser), NULL);
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
    const char *python, *lua, *guarded; /* NULL: the same */
} operators[LEVELS][OPERATORS] = {
    { { "//", "(1 // 2)", "(1 // divisor(2))" },
      { "*", "(1 * 2)", NULL },
      { "/", "(1 / 2)", "(1 / divisor(2))" },
      { "%", "(1 % 2)", "(1 % divisor(2))" } },
    { { "+", "(1 + 2)", NULL }, { "-", "(1 - 2)", NULL } },
    { { "<=", "(1 <= 2)", NULL },
      { ">=", "(1 >= 2)", NULL },
      { "==", "(1 == 2)", NULL },
      { "!=", "(1 ~= 2)", NULL },
      { "<", "(1 < 2)", NULL },
      { ">", "(1 > 2)", NULL } },
    { { "and", "(1 and 2)", NULL } },
    { { "or", "(1 or 2)", NULL } },
};

enum { COMPARISONS = 2, CONJUNCTIONS = 3 };

/* The operator that stands here; -1: none. */
static int take_operator(struct parser *parser, int level)
{
    for (int i = 0; i < OPERATORS && operators[level][i].python; i++) {
        skip_space(parser);
        if (strncmp(parser->at, "**", 2) != 0 && take(parser, operators[level][i].python))
            return i;
    }
    return -1;
}

static char *parse_level(struct parser *parser, int level)
{
    char *left, *result, *previous = NULL;
    int found;

    if (level < 0)
        return parse_sign(parser);
    if (level == CONJUNCTIONS && take(parser, "not"))
        return joined("(not 1)", parse_level(parser, level), NULL, NULL);
    left = parse_level(parser, level - 1);
    result = strdup(left);
    while ((found = take_operator(parser, level)) >= 0) {
        const char *guarded = operators[level][found].guarded, *lua = operators[level][found].lua;
        char *right = parse_level(parser, level - 1);

        if (level == COMPARISONS && previous) /* a < b < c */
            result = joined("(1 and 2)", result, joined(lua, strdup(previous), strdup(right), NULL), NULL);
        else
            result = joined(parser->guarded && guarded ? guarded : lua, result, strdup(right), NULL);
        free(previous);
        previous = right;
    }
    free(previous);
    free(left);
    return result;
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

static bool translate(const char *python, bool guarded, struct text *out)
{
    struct parser parser = { .at = python, .guarded = guarded };
    char *lua = parse_choice(&parser);

    skip_space(&parser);
    text_add(out, lua);
    free(lua);
    return !parser.failed && !*parser.at;
}

bool python_to_lua(const char *python, struct text *out)
{
    return translate(python, false, out);
}

/* Defaults of the first two parameters stand for a value that is not given; later ones are constants. */
static void add_parameters(const cJSON *parameters, struct text *out, struct text *constants)
{
    const cJSON *parameter;
    int count = 0;

    cJSON_ArrayForEach(parameter, parameters)
    {
        const char *name = parameter->valuestring, *preset = strchr(name, '=');
        int length = preset ? (int)(preset - name) : (int)strlen(name);

        if (name[0] == '*') {
            text_format(out, "%s...", count ? ", " : "");
            text_format(constants, "local %s = {...} ", name + 1);
        } else if (!preset || count < 2) {
            text_format(out, "%s%.*s", count ? ", " : "", length, name);
            if (preset)
                text_format(constants, "if %.*s == nil then %.*s = %s end ", length, name, length, name,
                            preset + 1);
        } else {
            text_format(constants, "local %.*s = %s ", length, name, preset + 1);
        }
        count++;
    }
}

bool python_function_to_lua(const char *body, const cJSON *parameters, struct text *out)
{
    struct text constants = { 0 };
    bool understood;

    text_add(out, "function(");
    add_parameters(parameters, out, &constants);
    text_format(out, ") %s%sreturn ", guards, text_bytes(&constants));
    understood = translate(body, true, out);
    text_add(out, " end");
    text_fini(&constants);
    return understood;
}
