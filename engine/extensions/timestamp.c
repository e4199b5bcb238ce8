/* engine/extensions/timestamp.c -- notes the date and time in the log. */
#include <stdio.h>

#include "engine/extensions/extensions.h"

enum { DATE_BYTES = 10 };

struct timestamp {
    const char *log_record;
    const char *separator;
};

/* One character, which may have several bytes. */
static bool separator_check(const void *field, char *message, size_t message_bytes)
{
    const char *separator = *(const char *const *)field;
    size_t characters = 0;

    for (const char *c = separator; c && *c; c++)
        characters += ((unsigned char)*c & 0xc0) != 0x80;
    if (characters == 1)
        return true;
    snprintf(message, message_bytes, "must be one character");
    return false;
}

static const struct param params[] = {
    PARAM(timestamp, log_record, TEXT, .preset = "\"timestamp\"", .about = "The record to write."),
    PARAM(timestamp, separator, TEXT, .preset = "\" \"", .check = separator_check,
          .about = "Stands between date and time."),
    PARAM_END
};

static const struct trigger_setting triggers[] = { { TRIGGER_BEFORE_TRAINING, 1 },
                                                   { TRIGGER_AFTER_EPOCH, 1 },
                                                   { TRIGGER_ON_ERROR, 1 },
                                                   { TRIGGER_ON_INTERRUPT, 1 },
                                                   { TRIGGER_ON_RESUMPTION, 1 },
                                                   { TRIGGER_AFTER_TRAINING, 1 },
                                                   TRIGGERS_END };

static bool timestamp_act(struct extension *self, const struct call *call, struct error *err)
{
    const struct timestamp *settings = self->settings;
    const struct clock *clock = self->base.main_loop->parts.clock;
    char now[TIME_TEXT_BYTES], text[TIME_TEXT_BYTES + 8];

    (void)call, (void)err;
    time_to_local_iso(clock->wall_us(clock->context), ' ', now);
    snprintf(text, sizeof text, "%.*s%s%s", DATE_BYTES, now, settings->separator, now + DATE_BYTES + 1);
    log_set_current(extension_log(self), settings->log_record, value_text(text));
    return true;
}

static void timestamp_names(const struct extension *self, extension_name_fn *each, void *context)
{
    each(context, ((const struct timestamp *)self->settings)->log_record, true);
}

const struct extension_type timestamp_type = {
    .component = { .name = "Timestamp",
                   .about = "Writes the local date and time into the log.",
                   .params = params,
                   .settings_size = sizeof(struct timestamp) },
    .triggers = triggers,
    .takes_triggers = true,
    .records_written = (const char *const[]){ "{log_record}", NULL },
    .names = timestamp_names,
    .act = timestamp_act,
};
