/* docs/page.c -- see page.h. */
#include "docs/page.h"

#include <stdio.h>
#include <string.h>

#include "docs/reference.h"
#include "docs/route.h"

enum { PATH_BYTES = 1024, NAME_BYTES = 64, LINE_BYTES = 256 };

const char *const pages[] = { "api", "definition", "extensions", NULL };

bool page_read_file(const char *path, struct text *out, struct error *err)
{
    char block[4096];
    FILE *file = fopen(path, "re");
    size_t count;
    bool failed;

    if (!file)
        return RAISE_ERRNO(err, "could not open \"%s\"", path);
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        text_add_n(out, block, count);
    failed = ferror(file);
    fclose(file);
    return !failed || RAISE(err, ERROR_IO, NULL, "could not read \"%s\"", path);
}

/* A file of the project, word for word. */
static bool write_file(const char *folder, const char *name, struct text *out, struct error *err)
{
    char path[PATH_BYTES];

    snprintf(path, sizeof path, "%s/../%s", folder, name);
    return page_read_file(path, out, err);
}

/* `path` still has the braces that end the line. */
static bool write_route(const char *method, char *path, struct text *out, struct error *err)
{
    size_t length = strlen(path);

    if (length < 2 || strcmp(path + length - 2, "}}") != 0)
        return RAISE(err, ERROR_SYNTAX, NULL, "\"{{route %s %s\" has no end", method, path);
    path[length - 2] = '\0';
    return route_write(method, path, out, err);
}

/* A line with {{what name}} becomes a file or a table; any other line stays as it is. */
static bool write_line(const char *folder, const char *line, size_t length, struct text *out,
                       struct error *err)
{
    char copy[LINE_BYTES], what[NAME_BYTES], name[NAME_BYTES];
    int end = 0;

    if (length < sizeof copy) {
        memcpy(copy, line, length);
        copy[length] = '\0';
        if (sscanf(copy, "{{route %15[A-Z] %63[^ \n]\n%n", what, name, &end) == 2 && end > 0)
            return write_route(what, name, out, err);
        if (sscanf(copy, "{{%63[a-z] %63[a-z_./]}}\n%n", what, name, &end) == 2 && end > 0)
            return strcmp(what, "file") == 0 ? write_file(folder, name, out, err)
                                             : reference_write(folder, what, name, out, err);
    }
    text_add_n(out, line, length);
    return true;
}

bool page_write(const char *folder, const char *name, struct text *out, struct error *err)
{
    char path[PATH_BYTES];
    struct text source = { 0 };
    bool written;

    snprintf(path, sizeof path, "%s/text/%s.md", folder, name);
    text_format(out,
                "<!-- Made by build/generate-docs from docs/text and the engine's tables: edit those. -->\n");
    written = page_read_file(path, &source, err);
    for (const char *line = text_bytes(&source); written && *line;) {
        const char *newline = strchr(line, '\n');
        size_t length = newline ? (size_t)(newline - line) + 1 : strlen(line);

        written = write_line(folder, line, length, out, err);
        line += length;
    }
    text_fini(&source);
    return written;
}
