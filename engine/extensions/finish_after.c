/* engine/extensions/finish_after.c -- asks for the end of the training.
 *
 * The main loop looks for the request behind after_batch and behind after_epoch, in the row that is current
 * then: a request written on other callbacks is in an older row by that time, and is never seen. */
#include "engine/extensions/extensions.h"

static bool finish_after_act(struct extension *self, const struct call *call, struct error *err)
{
    (void)call, (void)err;
    log_set_current(extension_log(self), "training_finish_requested", value_boolean(true));
    return true;
}

const struct extension_type finish_after_type = {
    .component = { .name = "FinishAfter", .about = "Finishes the training when one of its triggers fires." },
    .takes_triggers = true,
    .records_written = (const char *const[]){ "training_finish_requested", NULL },
    .act = finish_after_act,
};
