/* engine/extensions/progress_line.c -- see progress_line.h. */
#include "engine/extensions/progress_line.h"

#include <inttypes.h>
#include <stdio.h>

enum { TIME_BYTES = 40, BAR_COLUMNS_MIN = 5 };

/* 0:00:09, 27:46:40 */
static const char *time_text(double seconds, char out[TIME_BYTES])
{
    int64_t whole = seconds > 0 && seconds < 1e12 ? (int64_t)seconds : 0;

    snprintf(out, TIME_BYTES, "%" PRId64 ":%02d:%02d", whole / 3600, (int)(whole / 60 % 60),
             (int)(whole % 60));
    return out;
}

static void add_repeated(struct text *out, char c, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        text_add_char(out, c);
}

static int64_t columns_between(const struct text *before, const struct text *behind)
{
    int64_t columns = PROGRESS_LINE_COLUMNS - (int64_t)before->length - (int64_t)behind->length;

    return columns < BAR_COLUMNS_MIN ? BAR_COLUMNS_MIN : columns;
}

static void known_line(const struct progress_bar *bar, double elapsed_s, struct text *out,
                       struct text *behind)
{
    char elapsed[TIME_BYTES], rest[TIME_BYTES];
    double share = bar->length > 0 ? (double)bar->step / (double)bar->length : 1;
    int64_t columns, filled;

    text_format(out, " (%3d%%) |", (int)(share * 100));
    text_format(behind, "| Elapsed Time: %s ETA:  %8s", time_text(elapsed_s, elapsed),
                bar->step ? time_text(elapsed_s / share - elapsed_s, rest) : "--:--:--");
    columns = columns_between(out, behind);
    filled = (int64_t)(share * (double)columns);
    add_repeated(out, '#', filled);
    add_repeated(out, ' ', columns - filled);
}

/* The marker walks to the right and back again. */
static void unknown_line(const struct progress_bar *bar, double elapsed_s, struct text *out,
                         struct text *behind)
{
    char elapsed[TIME_BYTES];
    int64_t columns, turn, at;

    text_add(out, " |");
    text_format(behind, "| Elapsed Time: %s", time_text(elapsed_s, elapsed));
    columns = columns_between(out, behind);
    turn = bar->step % (2 * (columns - 1));
    at = turn < columns ? turn : 2 * (columns - 1) - turn;
    add_repeated(out, ' ', at);
    text_add_char(out, '#');
    add_repeated(out, ' ', columns - 1 - at);
}

void progress_line(const struct progress_bar *bar, double elapsed_s, struct text *out)
{
    struct text behind = { 0 };

    text_format(out, "Epoch %" PRId64 ", step %" PRId64, bar->epoch, bar->step);
    if (bar->length >= 0)
        known_line(bar, elapsed_s, out, &behind);
    else
        unknown_line(bar, elapsed_s, out, &behind);
    text_add(out, text_bytes(&behind));
    text_fini(&behind);
}
