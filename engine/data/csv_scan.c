/* engine/data/csv_scan.c -- see csv_scan.h. */
#include "engine/data/csv_scan.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

enum { FIELD_BYTES_MAX = 65536, CHUNK_BYTES = 65536 };

struct scan {
    const struct csv_handler *handler;
    void *context;
    struct error *err;
    struct csv_place place; /* column: fields of this row so far */
    bool after_return;      /* the last thing seen was a carriage return: a line feed belongs to it */
    bool failed;
};

static void on_field(void *field, size_t length, void *context)
{
    struct scan *scan = context;
    const char *bytes = field;
    const struct csv_place place = { scan->place.line, ++scan->place.column, scan->place.row };

    scan->after_return = false;
    if (!scan->failed)
        scan->failed = !scan->handler->field(scan->context, &place, field, length, scan->err);
    /* Inside quotes.  A call of memchr would take longer than most fields. */
    for (size_t i = 0; i < length; i++)
        scan->place.line += bytes[i] == '\n';
}

static void on_row(int end, void *context)
{
    struct scan *scan = context;

    if (scan->place.column > 0) {
        if (!scan->failed)
            scan->failed = !scan->handler->row(scan->context, &scan->place, scan->err);
        scan->place.row++;
    }
    if (end != '\n' || !scan->after_return)
        scan->place.line++;
    scan->after_return = end == '\r';
    scan->place.column = 0;
}

/* Keeps one field from taking all memory. */
static void *bounded_realloc(void *old, size_t bytes)
{
    return bytes > FIELD_BYTES_MAX ? NULL : realloc(old, bytes);
}

static bool raise_malformed(struct csv_parser *parser, const struct scan *scan, struct error *err)
{
    if (csv_error(parser) == CSV_EPARSE)
        return RAISE(err, ERROR_SYNTAX, NULL, "line %zu, column %zu: a quote stands where none may be",
                     scan->place.line, scan->place.column + 1);
    return RAISE(err, ERROR_LIMIT, NULL, "line %zu, column %zu: the field is longer than %d bytes",
                 scan->place.line, scan->place.column + 1, FIELD_BYTES_MAX);
}

static bool scan_all(struct csv_parser *parser, struct scan *scan, struct byte_reader *reader,
                     struct error *err)
{
    char chunk[CHUNK_BYTES];
    size_t length, skipped;
    bool first = true;

    do {
        if (!byte_reader_read(reader, chunk, sizeof(chunk), &length, err))
            return false;
        skipped = first && length >= 3 && memcmp(chunk, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* byte-order mark */
        first = false;
        if (csv_parse(parser, chunk + skipped, length - skipped, on_field, on_row, scan) != length - skipped)
            return scan->failed ? false : raise_malformed(parser, scan, err);
        if (scan->failed)
            return false;
    } while (length > 0);
    if (csv_fini(parser, on_field, on_row, scan) != 0)
        return scan->failed ? false : RAISE(err, ERROR_SYNTAX, NULL, "the file ends inside quotes");
    return !scan->failed;
}

bool csv_scan(struct byte_reader *reader, const struct csv_handler *handler, void *context, struct error *err)
{
    struct scan scan = { .handler = handler, .context = context, .err = err, .place = { .line = 1 } };
    struct csv_parser parser;
    bool good;

    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL) != 0)
        return RAISE(err, ERROR_MEMORY, NULL, "no memory for reading CSV");
    csv_set_realloc_func(&parser, bounded_realloc);
    good = scan_all(&parser, &scan, reader, err);
    csv_free(&parser);
    return good;
}
