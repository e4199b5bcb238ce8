/* engine/extensions/printing.c -- prints the status and the current row, in the exact words of Blocks. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/extensions/extensions.h"

static const char rule[] =
    "-------------------------------------------------------------------------------\n"; /* 79 hyphens */

static const struct trigger_setting triggers[] = {
    { TRIGGER_BEFORE_FIRST_EPOCH, 1 }, { TRIGGER_ON_RESUMPTION, 1 }, { TRIGGER_AFTER_TRAINING, 1 },
    { TRIGGER_AFTER_EPOCH, 1 },        { TRIGGER_ON_INTERRUPT, 1 },  TRIGGERS_END
};

static const char *title_of(enum callback callback, const struct log *log)
{
    if (callback == BEFORE_EPOCH)
        return log_counters(log)->epochs_done == 0 ? "BEFORE FIRST EPOCH\n" : "";
    if (callback == ON_RESUMPTION)
        return "TRAINING HAS BEEN RESUMED\n";
    if (callback == AFTER_TRAINING)
        return "TRAINING HAS BEEN FINISHED:\n";
    if (callback == AFTER_EPOCH)
        return "AFTER ANOTHER EPOCH\n";
    return callback == ON_INTERRUPT ? "TRAINING HAS BEEN INTERRUPTED\n" : "";
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names come from a function that gives the index-th, in any order; those with "_" in front stay hidden. */
typedef const char *name_fn(const struct log *log, size_t index);
typedef void value_fn(const struct log *log, const char *name, struct value *out);

static void print_entries(const struct log *log, name_fn *name_at, value_fn *value_of, struct text *out)
{
    size_t count = 0, visible = 0;
    const char *name, **names;

    while (name_at(log, count))
        count++;
    names = memory_new(count + 1, sizeof *names);
    for (size_t i = 0; (name = name_at(log, i)); i++)
        if (name[0] != '_')
            names[visible++] = name;
    qsort(names, visible, sizeof *names, by_name);
    for (size_t i = 0; i < visible; i++) {
        struct value value;

        value_of(log, names[i], &value);
        text_format(out, "\t %s: ", names[i]);
        value_print(&value, out);
        text_add_char(out, '\n');
        value_fini(&value);
    }
    free(names);
}

static void status_value(const struct log *log, const char *name, struct value *out)
{
    if (!log_status_get(log, name, out))
        *out = value_none();
}

static const char *current_name(const struct log *log, size_t index)
{
    return log_record_name(log, log_counters(log)->iterations_done, index);
}

static void current_value(const struct log *log, const char *name, struct value *out)
{
    struct value view = log_get_current(log, name);

    *out = value_copy(&view);
}

static bool printing_act(struct extension *self, const struct call *call, struct error *err)
{
    const struct log *log = extension_log(self);
    const struct sink *sink = self->base.main_loop->parts.sink;
    struct text out = { 0 };
    bool written = true;

    text_format(&out, "\n%s%s%s", rule, title_of(call->event->callback, log), rule);
    if (call->event->callback != ON_INTERRUPT) {
        text_add(&out, "Training status:\n");
        print_entries(log, log_status_name, status_value, &out);
        text_format(&out, "Log records from the iteration %" PRId64 ":\n",
                    log_counters(log)->iterations_done);
        print_entries(log, current_name, current_value, &out);
    }
    text_add_char(&out, '\n');
    if (sink && sink->output)
        written = sink->output(sink->context, text_bytes(&out), out.length, err);
    text_fini(&out);
    return written;
}

const struct extension_type printing_type = {
    .component = { .name = "Printing",
                   .about = "Prints the training status and the records of the current row." },
    .triggers = triggers,
    .takes_triggers = true,
    .act = printing_act,
};
