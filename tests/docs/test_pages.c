/* tests/docs/test_pages.c -- the committed pages are what the tables say today. */
#include "docs/page.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "engine/definition/catalogue.h"
#include "tests/docs/read_page.h"
#include "tests/docs/suites.h"

enum { PAGE_COUNT = 3 };

static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

START_TEST(page_is_up_to_date)
{
    char folder[1024], name[64];
    struct text made = { 0 }, committed = { 0 };
    const char *a, *b;
    struct error err;
    int line = 1;

    if (!page_write(docs_folder(folder), pages[_i], &made, &err))
        ck_abort_msg("%s", err.message);
    snprintf(name, sizeof name, "%s.md", pages[_i]);
    read_page(name, &committed);
    for (a = text_bytes(&made), b = text_bytes(&committed); *a && *a == *b; a++, b++)
        line += *a == '\n';
    ck_assert_msg(*a == *b,
                  "docs/%s.md:%d: \"%.*s\" should begin \"%.*s\" here; run cmake --build build --target docs",
                  pages[_i], line, (int)line_length(b), b, (int)line_length(a), a);
    text_fini(&made);
    text_fini(&committed);
}
END_TEST

START_TEST(every_page_is_tested)
{
    ck_assert_ptr_null(pages[PAGE_COUNT]);
}
END_TEST

/* A fragment whose type was renamed would silently stand nowhere. */
static size_t check_fragments(const char *folder, const struct family *family)
{
    char path[1100], name[256];
    const struct dirent *entry;
    size_t count = 0;
    DIR *fragments;

    snprintf(path, sizeof path, "%s/text/%s", folder, family->plural);
    fragments = opendir(path);
    while (fragments && (entry = readdir(fragments)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(entry->d_name, "."), entry->d_name);
        ck_assert_msg(family_find(family, name) != NULL, "%s/%s: no such type", family->plural,
                      entry->d_name);
        count++;
    }
    if (fragments)
        closedir(fragments);
    return count;
}

START_TEST(every_fragment_has_a_type)
{
    char folder[1024];
    size_t count = 0;

    docs_folder(folder);
    for (size_t i = 0; catalogue_families[i]; i++)
        count += check_fragments(folder, catalogue_families[i]);
    ck_assert_uint_gt(count, 0);
}
END_TEST

/* What the page generator is given, and what it says. */
static const struct {
    const char *name, *message;
} wrong[] = {
    { "unknown", "could not open" },
    { "extensions/Printing", NULL },
};

START_TEST(missing_fragments_are_errors)
{
    char folder[1024];
    struct text page = { 0 };
    struct error err = { 0 };
    bool written = page_write(docs_folder(folder), wrong[_i].name, &page, &err);

    ck_assert(written == !wrong[_i].message);
    if (wrong[_i].message)
        ck_assert_ptr_nonnull(strstr(err.message, wrong[_i].message));
    text_fini(&page);
}
END_TEST

Suite *pages_suite(void)
{
    Suite *suite = suite_create("pages");
    TCase *tcase = tcase_create("pages");

    tcase_add_loop_test(tcase, page_is_up_to_date, 0, PAGE_COUNT);
    tcase_add_test(tcase, every_page_is_tested);
    tcase_add_test(tcase, every_fragment_has_a_type);
    tcase_add_loop_test(tcase, missing_fragments_are_errors, 0, COUNT(wrong));
    suite_add_tcase(suite, tcase);
    return suite;
}
