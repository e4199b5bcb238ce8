/* server/log_queue.c -- see log_queue.h. */
#include "server/log_queue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"

static struct log_item *add_item(struct log_queue *queue)
{
    queue->items = memory_room(queue->items, queue->count, &queue->capacity, sizeof(*queue->items));
    return &queue->items[queue->count++];
}

static size_t add_bytes(struct log_queue *queue, const char *bytes, size_t length)
{
    size_t offset = queue->bytes.length;

    text_add_n(&queue->bytes, bytes, length);
    text_add_char(&queue->bytes, '\0');
    return offset;
}

static size_t add_json(struct log_queue *queue, const struct value *value, size_t *out_length)
{
    size_t offset = queue->bytes.length;

    value_to_json(value, &queue->bytes);
    *out_length = queue->bytes.length - offset;
    text_add_char(&queue->bytes, '\0');
    return offset;
}

void log_queue_add_record(struct log_queue *queue, struct log_writer_run *run,
                          const struct sink_record *record)
{
    struct log_item *item = add_item(queue);

    *item = (struct log_item){
        .run = run, .kind = LOG_ITEM_RECORD, .iteration = record->iteration, .value = NAN
    };
    item->name = add_bytes(queue, record->name, strlen(record->name));
    value_as_real(record->value, &item->value);
    if (record->value->kind != VALUE_REAL)
        item->json = add_json(queue, record->value, &item->json_length);
}

void log_queue_add_output(struct log_queue *queue, struct log_writer_run *run, const char *bytes,
                          size_t length)
{
    struct log_item *item = add_item(queue);

    *item = (struct log_item){ .run = run, .kind = LOG_ITEM_OUTPUT, .length = length };
    item->name = add_bytes(queue, bytes, length);
}

void log_queue_clear(struct log_queue *queue)
{
    queue->count = 0;
    text_clear(&queue->bytes);
}

void log_queue_fini(struct log_queue *queue)
{
    free(queue->items);
    text_fini(&queue->bytes);
    *queue = (struct log_queue){ 0 };
}
