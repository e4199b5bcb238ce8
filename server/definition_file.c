/* server/definition_file.c -- see definition_file.h. */
#include "server/definition_file.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/json.h"
#include "engine/data/shipped_dataset.h"
#include "server/complain.h"

/* At most one byte more than a definition may have, so that a longer one is seen to be too long. */
static bool read_file(const char *path, struct text *out, struct error *err)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char block[65536];
    size_t length;

    if (!file)
        return RAISE_ERRNO(err, "could not open %s", path);
    while (out->length <= json_limits_definition.bytes_max &&
           (length = fread(block, 1, sizeof(block), file)) > 0)
        text_add_n(out, block, length);
    bool failed = ferror(file) != 0;
    if (file != stdin)
        fclose(file);
    return !failed || RAISE_ERRNO(err, "could not read %s", path);
}

static bool open_local(void *context, const char *name, struct dataset **out, struct error *err)
{
    (void)context;
    return dataset_open_shipped(name, out, err);
}

/* Without a server: what ships, and files. */
static const struct dataset_source local_datasets = { .open = open_local, .files_allowed = true };

static void print_error(const char *path, const struct error *error)
{
    fprintf(stderr, "%s:%u:%u: %s: %s\n", path, error->json_line, error->json_column,
            *error->pointer ? error->pointer : "the definition", error->message);
    if (*error->hint)
        fprintf(stderr, "    %s\n", error->hint);
}

struct definition *definition_file_read(const char *path)
{
    struct text text = { 0 };
    struct error_list errors = { 0 };
    struct error err = { 0 };
    struct definition *definition = NULL;

    if (!read_file(path, &text, &err) || !engine_start(NULL, &err)) {
        complain(&err);
    } else {
        definition = definition_read(text_bytes(&text), text.length, &local_datasets, &errors);
        for (size_t i = 0; i < errors.count; i++)
            print_error(path, &errors.items[i]);
        if (errors.count)
            fprintf(stderr, "kilnd: %zu %s in %s\n", errors.count, errors.count == 1 ? "error" : "errors",
                    path);
    }
    error_list_fini(&errors);
    text_fini(&text);
    return definition;
}
