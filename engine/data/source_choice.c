/* engine/data/source_choice.c -- see source_choice.h. */
#include "engine/data/source_choice.h"

#include <stdio.h>

#include "engine/base/component_report.h"

bool sources_choose(const struct data_stream *stream, const struct component *component, const char *member,
                    const struct text_list *wanted, bool *out_chosen, struct error_list *errors)
{
    char place[64];
    bool good = true;

    for (size_t i = 0; i < stream->source_count; i++)
        out_chosen[i] = !wanted->given;
    for (size_t i = 0; i < wanted->count; i++) {
        const struct source_spec *spec = data_stream_source(stream, wanted->items[i]);

        if (spec) {
            out_chosen[spec - stream->sources] = true;
            continue;
        }
        snprintf(place, sizeof(place), "%s/%zu", member, i);
        good = REPORT_AT(errors, ERROR_UNKNOWN_NAME, component, place, "the stream has no source \"%s\"",
                         wanted->items[i]);
    }
    return good;
}
