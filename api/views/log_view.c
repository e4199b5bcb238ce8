/* api/views/log_view.c -- see log_view.h. */
#include "api/views/log_view.h"

void log_value_view(struct text *out, const struct log_entry *entry)
{
    if (entry->json)
        json_raw(out, entry->record, entry->json);
    else
        json_real(out, entry->record, entry->value);
}

void log_rows_add(struct log_rows_view *view, const struct log_entry *entry)
{
    if (view->open && view->iteration != entry->iteration)
        log_rows_end(view);
    if (!view->open) {
        json_open(view->out, NULL, '{');
        json_integer(view->out, "iteration", entry->iteration);
        json_open(view->out, "records", '{');
        view->open = true;
        view->iteration = entry->iteration;
    }
    log_value_view(view->out, entry);
    view->last_seq = entry->seq;
    view->count++;
}

void log_rows_end(struct log_rows_view *view)
{
    if (!view->open)
        return;
    json_close(view->out, '}');
    json_close(view->out, '}');
    view->open = false;
}
