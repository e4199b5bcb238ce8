/* api/views/checkpoint_view.c -- see checkpoint_view.h. */
#include "api/views/checkpoint_view.h"

#include "api/json_writer.h"

static void add_links(struct text *out, const struct checkpoint_row *row)
{
    static const char *const names[] = { "archive", "parameters.npz" };

    json_open(out, "links", '{');
    json_text_format(out, "self", "/v1/jobs/%s/checkpoints/%s", row->job, row->id);
    for (size_t i = 0; i < COUNT(names); i++)
        json_text_format(out, names[i], "/v1/jobs/%s/checkpoints/%s/%s", row->job, row->id, names[i]);
    json_text_format(out, "job", "/v1/jobs/%s", row->job);
    json_close(out, '}');
}

void checkpoint_view(struct text *out, const struct checkpoint_row *row, bool whole)
{
    json_open(out, NULL, '{');
    json_text(out, "id", row->id);
    json_text(out, "job", row->job);
    json_text(out, "path", row->path);
    json_time(out, "created_at", row->created_us);
    json_integer(out, "bytes", row->bytes);
    json_text(out, "sha256", row->sha256);
    json_integer(out, "iterations_done", row->iterations_done);
    json_integer(out, "epochs_done", row->epochs_done);
    json_integer(out, "attempt", row->epoch);
    json_boolean(out, "automatic", row->automatic);
    json_boolean(out, "resumable", row->resumable);
    if (whole)
        json_raw(out, "metadata", row->metadata);
    add_links(out, row);
    json_close(out, '}');
}
