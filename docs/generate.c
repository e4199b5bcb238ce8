/* docs/generate.c -- writes the pages of the reference that come from tables: generate-docs [FOLDER]. */
#include <stdio.h>

#include "docs/page.h"

static bool write_page(const char *folder, const char *name, struct error *err)
{
    char path[1024];
    struct text page = { 0 };
    bool written = page_write(folder, name, &page, err);
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.md", folder, name);
    if (written) {
        file = fopen(path, "we");
        written = file && fwrite(page.bytes, 1, page.length, file) == page.length;
        written = file && fclose(file) == 0 && written;
        if (!written)
            RAISE_ERRNO(err, "could not write \"%s\"", path);
    }
    text_fini(&page);
    return written;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : "docs";
    struct error err = { 0 };

    for (size_t i = 0; pages[i]; i++) {
        if (!write_page(folder, pages[i], &err)) {
            fprintf(stderr, "generate-docs: %s: %s%s%s\n", pages[i], err.message, err.hint[0] ? "; " : "",
                    err.hint);
            return 1;
        }
        printf("%s/%s.md\n", folder, pages[i]);
    }
    return 0;
}
