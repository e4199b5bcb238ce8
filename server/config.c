/* server/config.c -- see config.h. */
#include "server/config.h"

#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/param_text.h"
#include "server/store/db.h"

static const char *const auth_names[] = {
    [CONFIG_AUTH_NONE] = "none", [CONFIG_AUTH_TOKENS] = "tokens", NULL
};
static const char *const format_names[] = { [CONFIG_LOG_TEXT] = "text", [CONFIG_LOG_JSON] = "json", NULL };

static bool check_database(const void *field, char *message, size_t message_bytes)
{
    const char *url;
    struct error err;

    memcpy(&url, field, sizeof(url));
    if (!url || db_url_check(url, &err))
        return true;
    snprintf(message, message_bytes, "%s", err.message);
    return false;
}

/* `log_format` is --log-format and KILN_LOG_FORMAT; only `database` is KILN_DATABASE_URL. */
static const struct param params[] = {
    PARAM(config, listen, TEXT, .preset = "\"127.0.0.1:8080\"",
          .about = "Address and port of the API; port 0 picks a free one."),
    PARAM(config, data, TEXT, .preset = "\"./kiln-data\"",
          .about = "Folder of datasets, checkpoints and the private database."),
    PARAM(config, database, TEXT, .check = check_database,
          .about = "URL of a PostgreSQL server; without it kilnd keeps a private one in the data folder."),
    PARAM(config, workers, INTEGER, .min = 1, .max = 1024,
          .about = "Threads that train; by default one per CPU."),
    PARAM(config, auth, CHOICE, .choices = auth_names,
          .about = "Who may use the API: by default anyone (none) on a loopback address, tokens elsewhere."),
    PARAM(config, log_format, CHOICE, .choices = format_names, .preset = "\"text\"",
          .about = "Form of kilnd's own log on standard error."),
    PARAM(config, postgres_programs, TEXT,
          .about =
              "Folder with initdb and postgres for the private database; by default they are looked for."),
    PARAM(config, postgres_user, TEXT,
          .about = "User who runs the private database when kilnd is root; by default postgres."),
    PARAM_END
};

enum { SETTINGS_MAX = 16, SPELLING_BYTES = 64 };

static void spell_flag(const struct param *param, char out[SPELLING_BYTES])
{
    snprintf(out, SPELLING_BYTES, "--%s", param->name);
    for (char *c = out; *c; c++)
        if (*c == '_')
            *c = '-';
}

static void spell_variable(const struct param *param, char out[SPELLING_BYTES])
{
    snprintf(out, SPELLING_BYTES, "KILN_%s%s", param->name,
             strcmp(param->name, "database") == 0 ? "_URL" : "");
    for (char *c = out; *c; c++)
        *c = (char)toupper((unsigned char)*c);
}

/* What was given, flags first. */
struct given {
    struct param_text texts[2 * SETTINGS_MAX];
    size_t count;
};

static bool add(struct given *given, const char *name, const char *value, const char *shown,
                struct error_list *errors)
{
    if (given->count == COUNT(given->texts))
        return REPORT(errors, ERROR_LIMIT, NULL, "there are too many settings");
    given->texts[given->count++] = (struct param_text){ .name = name, .value = value, .shown = shown };
    return true;
}

/* "--log-format=json" and "--log-format json". */
static bool read_flags(int count, char *const *arguments, struct arena *arena, struct given *given,
                       struct error_list *errors)
{
    bool good = true;

    for (int i = 0; i < count; i++) {
        const char *argument = arguments[i], *equals = strchr(argument, '='),
                   *value = equals ? equals + 1 : NULL;
        char *shown = arena_text_n(arena, argument, equals ? (size_t)(equals - argument) : strlen(argument));
        char *name = arena_text(arena, shown);

        if (strncmp(argument, "--", 2) != 0) {
            good = REPORT(errors, ERROR_INVALID_VALUE, NULL, "unexpected argument \"%.100s\"", argument);
            continue;
        }
        for (char *c = name; *c; c++)
            if (*c == '-')
                *c = '_';
        if (!value && i + 1 < count && strncmp(arguments[i + 1], "--", 2) != 0)
            value = arguments[++i];
        good = add(given, name + 2, value, shown, errors) && good;
    }
    return good;
}

static bool is_given(const struct given *given, const char *name)
{
    for (size_t i = 0; i < given->count; i++)
        if (strcmp(given->texts[i].name, name) == 0)
            return true;
    return false;
}

static bool read_environment(char *const *environment, struct arena *arena, struct given *given,
                             struct error_list *errors)
{
    const struct given flags = *given;
    bool good = true;

    for (const struct param *param = params; param->kind != PARAM_NONE; param++) {
        char variable[SPELLING_BYTES];

        spell_variable(param, variable);
        for (char *const *entry = environment; *entry; entry++) {
            const size_t length = strlen(variable);

            /* An empty variable is the usual way to say that it is not set. */
            if (strncmp(*entry, variable, length) == 0 && (*entry)[length] == '=' && (*entry)[length + 1] &&
                !is_given(&flags, param->name))
                good =
                    add(given, param->name, *entry + length + 1, arena_text(arena, variable), errors) && good;
        }
    }
    return good;
}

static bool read_listen(struct config *config, struct error_list *errors)
{
    if (listen_address_read(config->listen, &config->listen_address))
        return true;
    REPORT(errors, ERROR_INVALID_VALUE, NULL, "cannot listen on \"%.100s\"", config->listen);
    return error_list_hint(errors,
                           "Write a numeric address and a port, such as 127.0.0.1:8080 or [::1]:8080.");
}

static bool choose_auth(struct config *config, struct error_list *errors)
{
    const bool loopback = listen_address_is_loopback(&config->listen_address);

    if (config->auth < 0)
        config->auth = loopback ? CONFIG_AUTH_NONE : CONFIG_AUTH_TOKENS;
    if (config->auth != CONFIG_AUTH_NONE || loopback)
        return true;
    REPORT(errors, ERROR_CONFLICT, NULL, "without authentication, \"%.100s\" would be open to everyone",
           config->listen);
    return error_list_hint(errors, "Use --auth tokens, or listen on a loopback address.");
}

/* The CPUs that we may use, which in a container are fewer than there are. */
static int64_t count_cpus(void)
{
    cpu_set_t cpus;

    return sched_getaffinity(0, sizeof(cpus), &cpus) == 0 && CPU_COUNT(&cpus) > 0 ? CPU_COUNT(&cpus) : 1;
}

bool config_read(int count, char *const *arguments, char *const *environment, struct arena *arena,
                 struct config *out, struct error_list *errors)
{
    struct given given = { .count = 0 };
    bool good = read_flags(count, arguments, arena, &given, errors);

    good = read_environment(environment, arena, &given, errors) && good;
    memset(out, 0, sizeof(*out));
    good = param_text_bind(params, "setting", given.texts, given.count, arena, out, errors) && good;
    if (out->workers == INTEGER_ABSENT)
        out->workers = count_cpus();
    return out->listen && read_listen(out, errors) && choose_auth(out, errors) && good;
}

void config_describe(struct text *out)
{
    for (const struct param *param = params; param->kind != PARAM_NONE; param++) {
        char flag[SPELLING_BYTES], variable[SPELLING_BYTES];

        spell_flag(param, flag);
        spell_variable(param, variable);
        text_format(out, "  %s", flag);
        for (const char *const *choice = param->choices; choice && *choice; choice++)
            text_format(out, "%s%s", choice == param->choices ? " " : "|", *choice);
        if (!param->choices)
            text_add(out, param->kind == PARAM_INTEGER ? " NUMBER" : " TEXT");
        text_format(out, "  (%s%s%s)\n      %s\n", variable, param->preset ? ", default " : "",
                    param->preset ? param->preset : "", param->about);
    }
}
