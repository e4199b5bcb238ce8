/* tests/docs/test_api_page.c -- docs/api.md shows every route, with a line to try it. */
#include <stdio.h>
#include <string.h>

#include "api/routes.h"
#include "docs/route.h"
#include "tests/docs/read_page.h"
#include "tests/docs/suites.h"

static struct text page;

static void set_up(void)
{
    read_page("api.md", &page);
}

static void tear_down(void)
{
    text_fini(&page);
}

/* What stands below "### METHOD PATH", up to the next heading; "" when there is no such heading. */
static void section_of(const struct route *route, struct text *out)
{
    char heading[256];
    const char *start, *end;

    snprintf(heading, sizeof heading, "\n### %s %s\n", method_name(route->method), route->path);
    start = strstr(text_bytes(&page), heading);
    if (!start)
        return;
    start += strlen(heading);
    end = strstr(start, "\n#");
    text_add_n(out, start, end ? (size_t)(end - start) : strlen(start));
}

/* The example asks for this path: "$KILN/v1/jobs/$JOB/log" for "/v1/jobs/{job}/log". */
static bool shows(const char *section, const struct route *route)
{
    char url[256] = "$KILN";
    size_t length = strlen(url);

    for (const char *at = route->path; *at && length < sizeof url - 5; at++) {
        if (strncmp(at, "{job}", 5) == 0) {
            memcpy(url + length, "$JOB", 4);
            length += 4;
            at += 4;
        } else if (*at == '{') {
            break; /* any name will do */
        } else {
            url[length++] = *at;
        }
    }
    url[length] = '\0';
    return strstr(section, "curl -sS ") && strstr(section, url);
}

START_TEST(every_route_is_shown)
{
    size_t count = 0;

    for (const struct route *route = routes; route->handler; route++, count++) {
        struct text section = { 0 };

        section_of(route, &section);
        ck_assert_msg(section.length > 0, "docs/text/api.md has no {{route %s %s}}",
                      method_name(route->method), route->path);
        ck_assert_msg(shows(section.bytes, route), "no curl line for %s %s", method_name(route->method),
                      route->path);
        text_fini(&section);
    }
    ck_assert_uint_gt(count, 0);
}
END_TEST

START_TEST(routes_that_are_not_there_are_errors)
{
    struct text out = { 0 };
    struct error err;

    ck_assert(route_write("GET", "/v1/jobs", &out, &err));
    ck_assert(!route_write("PUT", "/v1/jobs", &out, &err));
    ck_assert_str_eq(err.message, "there is no route PUT /v1/jobs");
    text_fini(&out);
}
END_TEST

Suite *api_page_suite(void)
{
    Suite *suite = suite_create("api page");
    TCase *tcase = tcase_create("api page");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, every_route_is_shown);
    tcase_add_test(tcase, routes_that_are_not_there_are_errors);
    suite_add_tcase(suite, tcase);
    return suite;
}
