/* api/views/dataset_view.c -- see dataset_view.h. */
#include "api/views/dataset_view.h"

#include "api/json_writer.h"

void dataset_view(struct text *out, const struct dataset_row *row)
{
    json_open(out, NULL, '{');
    json_text(out, "name", row->name);
    json_raw(out, "sources", row->sources);
    json_integer(out, "examples", row->examples);
    json_integer(out, "bytes", row->bytes);
    json_text(out, "sha256", row->sha256);
    json_time(out, "created_at", row->created_us);
    json_time(out, "changed_at", row->changed_us);
    json_open(out, "links", '{');
    json_text_format(out, "self", "/v1/datasets/%s", row->name);
    json_close(out, '}');
    json_close(out, '}');
}

const char *dataset_tag(struct arena *arena, const struct dataset_row *row)
{
    return arena_format(arena, "\"sha256-%s\"", row->sha256);
}

void reply_dataset(const struct request *request, struct reply *reply, unsigned status,
                   const struct dataset_row *row)
{
    reply->status = status;
    dataset_view(&reply->body, row);
    text_add_char(&reply->body, '\n');
    reply_header(reply, "ETag", dataset_tag(request->arena, row));
}
