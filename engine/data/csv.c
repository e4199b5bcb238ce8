/* engine/data/csv.c -- see csv.h.
 *
 * Two passes: the first learns the size and the header and finds rows of another length, the second fills the
 * arrays. */
#include "engine/data/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/data/csv_scan.h"
#include "engine/data/decimal.h"
#include "engine/data/printable.h"

enum { COLUMNS_MAX = 65536 };
#define CLASS_MAX 2147483647.0

struct table {
    const char *target;   /* as asked for */
    bool header;          /* the first row is one */
    bool doubtful;        /* so it is, though there are numbers in it */
    size_t columns, rows; /* without the header */
    size_t target_column; /* from 1; 0: none */
    double *features;
    int64_t *targets;
    char (*names)[PRINTABLE_BYTES]; /* of the columns, from the header */
    size_t names_capacity;
};

static void note_name(struct table *table, size_t column, const char *field, size_t length)
{
    if (column > table->names_capacity) {
        table->names_capacity = 2 * column;
        table->names = memory_grow(table->names, table->names_capacity, sizeof(*table->names));
    }
    printable(field, length, table->names[column - 1]);
}

static bool survey_field(void *context, const struct csv_place *place, const char *field, size_t length,
                         struct error *err)
{
    struct table *table = context;
    double number;
    bool numeric;

    if (place->row > 0)
        return true;
    if (place->column > COLUMNS_MAX)
        return RAISE(err, ERROR_LIMIT, NULL, "line %zu has more than %d columns", place->line, COLUMNS_MAX);
    note_name(table, place->column, field, length);
    numeric = decimal_read(field, length, &number);
    table->header |= !numeric;
    table->doubtful |= numeric;
    if (!table->target || strlen(table->target) != length || memcmp(field, table->target, length) != 0)
        return true;
    if (table->target_column > 0)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "columns %zu and %zu are both called \"%s\"",
                     table->target_column, place->column, table->names[place->column - 1]);
    table->target_column = place->column;
    return true;
}

static bool survey_row(void *context, const struct csv_place *place, struct error *err)
{
    struct table *table = context;

    if (place->row == 0)
        table->columns = place->column;
    if (place->column != table->columns)
        return RAISE(err, ERROR_SHAPE, NULL, "line %zu has %zu columns, the first one has %zu", place->line,
                     place->column, table->columns);
    table->rows++;
    return true;
}

/* Which column is meant: a name of the header has been found already, a number counts from 1, or from the
 * end. */
static bool find_target(struct table *table, struct error *err)
{
    char shown[PRINTABLE_BYTES];
    int64_t number;

    if (!table->target || (table->header && table->target_column > 0))
        return true;
    table->target_column = 0;
    if (text_to_int64(table->target, &number)) {
        if (number < 0)
            number += (int64_t)table->columns + 1;
        if (number >= 1 && number <= (int64_t)table->columns) {
            table->target_column = (size_t)number;
            return true;
        }
    }
    RAISE(err, ERROR_UNKNOWN_NAME, NULL, "there is no column \"%s\" for the target",
          printable(table->target, strlen(table->target), shown));
    return error_hint(err,
                      "Name a column of the header, or give its number from 1; the file has %zu columns.",
                      table->columns);
}

static bool survey(const void *bytes, size_t length, struct table *table, struct error *err)
{
    static const struct csv_handler handler = { survey_field, survey_row };
    struct byte_reader *reader = byte_reader_new(bytes, length, byte_encoding_guess(bytes, length));
    const bool good = csv_scan(reader, &handler, table, err);

    byte_reader_free(reader);
    if (!good)
        return false;
    table->rows -= table->header;
    table->doubtful &= table->header;
    if (table->rows == 0 || table->rows > (size_t)DATASET_EXAMPLES_MAX)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "the CSV file has %zu rows of numbers", table->rows);
    if (!find_target(table, err))
        return false;
    if (table->columns == (table->target_column > 0))
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "the CSV file has no columns besides the target");
    return true;
}

static bool refuse_field(const struct table *table, const struct csv_place *place, const char *field,
                         size_t length, const char *is_not, struct error *err)
{
    const char *name = table->header ? table->names[place->column - 1] : "";
    char shown[PRINTABLE_BYTES];

    return RAISE(err, ERROR_INVALID_VALUE, NULL, "line %zu, column %zu%s%s%s: \"%s\" is not %s", place->line,
                 place->column, *name ? " (" : "", name, *name ? ")" : "", printable(field, length, shown),
                 is_not);
}

/* What has to be said when something is wrong in a row that looks like the first one. */
static const char *in_doubt(const struct table *table)
{
    return table->doubtful ? " The first line was taken for a header, because it is not all numbers." : "";
}

static bool fill_target(struct table *table, const struct csv_place *place, size_t row, const char *field,
                        size_t length, struct error *err)
{
    char shown[PRINTABLE_BYTES];
    double number;

    if (decimal_read(field, length, &number) && number == floor(number) && number >= 0 &&
        number <= CLASS_MAX) {
        table->targets[row] = (int64_t)number;
        return true;
    }
    refuse_field(table, place, field, length, "a class", err);
    if (length == 0 || decimal_read(field, length, &number))
        return error_hint(err, "Classes are whole numbers from 0 on.");
    return error_hint(err,
                      "Classes are whole numbers from 0 on: write one for each text, such as 0 for \"%s\".%s",
                      printable(field, length, shown), in_doubt(table));
}

static bool fill_field(void *context, const struct csv_place *place, const char *field, size_t length,
                       struct error *err)
{
    struct table *table = context;
    const size_t row = place->row - table->header, before = table->target_column > 0;
    const size_t column = place->column - 1 - (before && place->column > table->target_column);

    if (place->row == 0 && table->header)
        return true;
    if (place->column == table->target_column)
        return fill_target(table, place, row, field, length, err);
    if (!decimal_read(field, length, &table->features[row * (table->columns - before) + column])) {
        refuse_field(table, place, field, length, "a number", err);
        if (length == 0)
            return error_hint(err, "Fill in or leave out rows with missing values.");
        return error_hint(err,
                          "Columns of texts can only be left out, or be the target, with a whole number "
                          "from 0 on for each text.%s",
                          in_doubt(table));
    }
    return true;
}

static bool fill_row(void *context, const struct csv_place *place, struct error *err)
{
    (void)context;
    (void)place;
    (void)err;
    return true;
}

static bool fill(const void *bytes, size_t length, struct table *table, struct error *err)
{
    static const struct csv_handler handler = { fill_field, fill_row };
    struct byte_reader *reader = byte_reader_new(bytes, length, byte_encoding_guess(bytes, length));
    const bool good = csv_scan(reader, &handler, table, err);

    byte_reader_free(reader);
    return good;
}

static bool read_table(const void *bytes, size_t length, struct table *table, struct dataset *dataset,
                       struct error *err)
{
    const bool target = table->target_column > 0;
    const struct shape shapes[] = {
        { .rank = 2, .dims = { (int64_t)table->rows, (int64_t)(table->columns - target) } },
        { .rank = 2, .dims = { (int64_t)table->rows, 1 } },
    };
    struct array features = { 0 }, targets = { 0 };
    bool good = array_new(DTYPE_FLOAT64, &shapes[0], DATASET_BYTES_MAX, &features, err) &&
                (!target || array_new(DTYPE_INT64, &shapes[1], DATASET_BYTES_MAX, &targets, err));

    table->features = features.tensor.data;
    table->targets = targets.tensor.data;
    good = good && fill(bytes, length, table, err) && dataset_add(dataset, "features", &features, err) &&
           (!target || dataset_add(dataset, "targets", &targets, err));
    array_fini(&features);
    array_fini(&targets);
    return good;
}

bool csv_read(const void *bytes, size_t length, const char *target, struct dataset *dataset,
              struct error *err)
{
    struct table table = { .target = target };
    const bool good = survey(bytes, length, &table, err) && read_table(bytes, length, &table, dataset, err);

    free(table.names);
    return good;
}
