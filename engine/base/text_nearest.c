/* engine/base/text_nearest.c -- "did you mean"; see text.h. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/text.h"

enum { LENGTH_MAX = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`, ignoring case (optimal
 * string alignment).  Neither is longer than LENGTH_MAX. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LENGTH_MAX + 1];

    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = least(least(row[j - 1], above[j]) + 1, above[j - 1] + !same_letter(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]))
                row[j] = least(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *text_nearest(const char *wrong, const char *const *candidates, size_t count)
{
    size_t length = strlen(wrong), nearest_distance = 1 + (length + 1) / 3;
    const char *nearest = NULL;

    if (length == 0 || length > LENGTH_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t candidate_length = strlen(candidates[i]), distance;

        if (candidate_length > LENGTH_MAX)
            continue;
        distance = edit_distance(wrong, length, candidates[i], candidate_length);
        if (distance < nearest_distance && distance < candidate_length) {
            nearest = candidates[i];
            nearest_distance = distance;
        }
    }
    return nearest;
}

void text_candidates_hint(const char *wrong, const char *const *candidates, size_t count, char *out,
                          size_t out_bytes)
{
    static const char start[] = "Possible are: ", rest[] = " and 99999 more.";
    const char *nearest = wrong ? text_nearest(wrong, candidates, count) : NULL;
    struct text hint = { 0 };
    size_t shown = 0;

    if (nearest)
        text_format(&hint, "Did you mean \"%s\"?", nearest);
    for (; shown < count; shown++) {
        if (hint.length + sizeof start + strlen(candidates[shown]) + sizeof rest > out_bytes)
            break;
        text_format(&hint, "%s%s%s", shown || !nearest ? "" : " ", shown ? ", " : start, candidates[shown]);
    }
    if (shown > 0 && shown < count)
        text_format(&hint, " and %zu more", count - shown);
    if (shown > 0)
        text_add_char(&hint, '.');
    snprintf(out, out_bytes, "%s", text_bytes(&hint));
    text_fini(&hint);
}
