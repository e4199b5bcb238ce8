/* tests/server/test_config.c -- settings from flags and environment. */
#include <string.h>

#include "server/config.h"
#include "tests/server/suites.h"

static struct arena arena;
static struct error_list errors;
static struct config config;

static void begin(void)
{
    memset(&config, 0, sizeof(config));
}

static void end(void)
{
    arena_fini(&arena);
    error_list_fini(&errors);
}

/* Lists end in NULL. */
static bool read_all(char *const *arguments, char *const *environment)
{
    int count = 0;

    while (arguments[count])
        count++;
    return config_read(count, arguments, environment, &arena, &config, &errors);
}

#define LIST(...) ((char *const[]){ __VA_ARGS__, NULL })
#define NOTHING ((char *const[]){ NULL })

START_TEST(without_settings_the_presets_hold)
{
    ck_assert(read_all(NOTHING, NOTHING));
    ck_assert_str_eq(config.listen_address.host, "127.0.0.1");
    ck_assert_uint_eq(config.listen_address.port, 8080);
    ck_assert_str_eq(config.data, "./kiln-data");
    ck_assert_ptr_null(config.database);
    ck_assert_int_ge(config.workers, 1);
    ck_assert_int_eq(config.auth, CONFIG_AUTH_NONE);
    ck_assert_int_eq(config.log_format, CONFIG_LOG_TEXT);
}
END_TEST

START_TEST(a_flag_wins_over_a_variable)
{
    ck_assert(read_all(LIST("--workers=3", "--log-format", "json", "--data", "/a"),
                       LIST("KILN_WORKERS=7", "KILN_DATA=/b", "KILN_DATABASE_URL=postgresql://u:p@h/d",
                            "KILN_LISTEN=", "KILN_UNRELATED=1", "PATH=/bin")));
    ck_assert_int_eq(config.workers, 3);
    ck_assert_int_eq(config.log_format, CONFIG_LOG_JSON);
    ck_assert_str_eq(config.data, "/a");
    ck_assert_str_eq(config.database, "postgresql://u:p@h/d");
    ck_assert_uint_eq(config.listen_address.port, 8080);
}
END_TEST

static const struct {
    const char *listen, *host; /* NULL: refused */
    unsigned port;
    bool loopback;
} listens[] = {
    { "127.0.0.1:0", "127.0.0.1", 0, true },
    { "127.9.9.9:80", "127.9.9.9", 80, true },
    { "localhost:80", "127.0.0.1", 80, true },
    { "[::1]:65535", "::1", 65535, true },
    { "0.0.0.0:80", "0.0.0.0", 80, false },
    { "[::]:80", "::", 80, false },
    { "10.0.0.1:80", "10.0.0.1", 80, false },
    { "::1:80", NULL, 0, false },
    { "[127.0.0.1]:80", NULL, 0, false },
    { "127.0.0.1", NULL, 0, false },
    { "127.0.0.1:65536", NULL, 0, false },
    { "127.0.0.1:-1", NULL, 0, false },
    { "127.0.0.1:", NULL, 0, false },
    { "example.org:80", NULL, 0, false },
    { ":80", NULL, 0, false },
    { "[:80", NULL, 0, false },
    { "[]:80", NULL, 0, false },
    { "[localhost]:80", NULL, 0, false },
    { "127.0.0.1 and much more than any address can be long:80", NULL, 0, false },
    { "", NULL, 0, false },
};

START_TEST(an_address_is_numeric_and_has_a_port)
{
    const bool good = read_all(LIST("--listen", (char *)listens[_i].listen), NOTHING);

    ck_assert_int_eq(good, listens[_i].host != NULL);
    if (!good) {
        ck_assert_uint_eq(errors.count, 1);
        ck_assert_str_ne(errors.items[0].hint, "");
        return;
    }
    ck_assert_str_eq(config.listen_address.host, listens[_i].host);
    ck_assert_uint_eq(config.listen_address.port, listens[_i].port);
    ck_assert_int_eq(listen_address_is_loopback(&config.listen_address), listens[_i].loopback);
    ck_assert_int_eq(config.auth, listens[_i].loopback ? CONFIG_AUTH_NONE : CONFIG_AUTH_TOKENS);
}
END_TEST

START_TEST(no_authentication_is_refused_in_public)
{
    ck_assert(!read_all(LIST("--listen=0.0.0.0:80", "--auth=none"), NOTHING));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_int_eq(errors.items[0].code, ERROR_CONFLICT);
    ck_assert(read_all(LIST("--listen=127.0.0.1:80", "--auth=tokens"), NOTHING));
    ck_assert_int_eq(config.auth, CONFIG_AUTH_TOKENS);
}
END_TEST

START_TEST(all_errors_are_reported_and_name_their_place)
{
    static const struct {
        enum error_code code;
        const char *part;
    } expected[] = {
        { ERROR_INVALID_VALUE, "unexpected argument \"serve\"" },
        { ERROR_UNKNOWN_MEMBER, "--wrokers" },
        { ERROR_INVALID_VALUE, "KILN_DATABASE_URL" },
        { ERROR_OUT_OF_RANGE, "--workers" },
        { ERROR_INVALID_VALUE, "KILN_AUTH" },
        { ERROR_INVALID_VALUE, "--log-format" },
    };

    ck_assert(!read_all(LIST("serve", "--wrokers=2", "--workers", "0", "--log-format"),
                        LIST("KILN_AUTH=maybe", "KILN_DATABASE_URL=postgresql://u:hunter2@h/d?x=1")));
    ck_assert_uint_eq(errors.count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        ck_assert_msg(strstr(errors.items[i].message, expected[i].part), "%s", errors.items[i].message);
        ck_assert_msg(errors.items[i].code == expected[i].code, "%s: %s", errors.items[i].message,
                      error_code_name(errors.items[i].code));
        ck_assert_ptr_null(strstr(errors.items[i].message, "hunter2"));
    }
    ck_assert_ptr_nonnull(strstr(errors.items[1].hint, "workers"));
}
END_TEST

START_TEST(every_setting_is_described)
{
    struct text text = { 0 };

    config_describe(&text);
    ck_assert_ptr_nonnull(
        strstr(text_bytes(&text), "  --listen TEXT  (KILN_LISTEN, default \"127.0.0.1:8080\")\n"));
    ck_assert_ptr_nonnull(strstr(text_bytes(&text), "  --database TEXT  (KILN_DATABASE_URL)\n"));
    ck_assert_ptr_nonnull(strstr(text_bytes(&text), "  --auth none|tokens  (KILN_AUTH)\n"));
    ck_assert_ptr_nonnull(strstr(text_bytes(&text), "  --workers NUMBER  (KILN_WORKERS)\n"));
    text_fini(&text);
}
END_TEST

Suite *config_suite(void)
{
    Suite *suite = suite_create("config");
    TCase *group = tcase_create("config");

    tcase_add_checked_fixture(group, begin, end);
    tcase_add_test(group, without_settings_the_presets_hold);
    tcase_add_test(group, a_flag_wins_over_a_variable);
    tcase_add_loop_test(group, an_address_is_numeric_and_has_a_port, 0, COUNT(listens));
    tcase_add_test(group, no_authentication_is_refused_in_public);
    tcase_add_test(group, all_errors_are_reported_and_name_their_place);
    tcase_add_test(group, every_setting_is_described);
    suite_add_tcase(suite, group);
    return suite;
}
