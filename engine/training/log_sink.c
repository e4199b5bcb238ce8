/* engine/training/log_sink.c -- what is new in the log goes to the sink; see log.h. */
#include "engine/training/log_internal.h"
#include "engine/training/sink.h"

enum { RECORDS_PER_CALL = 64, SMALL_STATUS_BYTES = 4096, EPOCHS_PER_STATUS = 64 };

static bool send_records(struct log *log, const struct dirty_record *dirty, size_t count,
                         const struct sink *sink, struct error *err)
{
    struct sink_record records[RECORDS_PER_CALL];
    struct value views[RECORDS_PER_CALL];

    for (size_t i = 0; i < count; i++) {
        struct record *record = log_find(log, dirty[i].iteration, dirty[i].name);

        record->dirty = false;
        views[i] = record_view(record);
        records[i] = (struct sink_record){ .iteration = dirty[i].iteration,
                                           .name = log->names.names[dirty[i].name],
                                           .value = &views[i] };
    }
    return !sink || !sink->records || sink->records(sink->context, records, count, err);
}

bool log_flush(struct log *log, const struct sink *sink, struct error *err)
{
    size_t total = log->dirty_count;
    bool sent = true;

    log->dirty_count = 0; /* Nothing is written to the log meanwhile, so the list stays as it is. */
    for (size_t i = 0; i < total; i += RECORDS_PER_CALL) {
        size_t count = total - i < RECORDS_PER_CALL ? total - i : RECORDS_PER_CALL;

        if (sent)
            sent = send_records(log, log->dirty + i, count, sink, err);
        else
            send_records(log, log->dirty + i, count, NULL, err);
    }
    return sent;
}

static bool status_has_news(const struct log *log)
{
    const struct log_counters *now = &log->counters, *sent = &log->sent;

    return log->status_touched || now->epochs_done != sent->epochs_done ||
           now->training_started != sent->training_started ||
           now->epoch_interrupt_received != sent->epoch_interrupt_received ||
           now->batch_interrupt_received != sent->batch_interrupt_received;
}

static void status_json(const struct log *log, struct text *out)
{
    const char *name;

    text_add_char(out, '{');
    for (size_t i = 0; (name = log_status_name(log, i)); i++) {
        struct value value;

        if (i)
            text_add_char(out, ',');
        text_add_json_text(out, name);
        text_add_char(out, ':');
        log_status_get(log, name, &value);
        value_to_json(&value, out);
        value_fini(&value);
    }
    text_add_char(out, '}');
}

bool log_flush_status(struct log *log, const struct sink *sink, bool finally, struct error *err)
{
    struct text json = { 0 };
    bool sent;

    if (!sink || !sink->status || (!finally && !status_has_news(log)))
        return true;
    if (!finally && log->sent_bytes > SMALL_STATUS_BYTES &&
        (log->counters.epochs_done - log->sent.epochs_done) * EPOCHS_PER_STATUS < log->counters.epochs_done)
        return true;
    status_json(log, &json);
    log->sent = log->counters;
    log->sent_bytes = json.length;
    log->status_touched = false;
    sent = sink->status(sink->context, text_bytes(&json), err);
    text_fini(&json);
    return sent;
}
