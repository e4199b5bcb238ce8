/* engine/training/log_port.h -- the training log as user functions see it. */
#ifndef ENGINE_TRAINING_LOG_PORT_H
#define ENGINE_TRAINING_LOG_PORT_H

#include "engine/script/log_view.h"
#include "engine/training/log.h"

/* Borrows `log`, which outlives every script that sees the port. */
struct script_log_port log_port_of(struct log *log);

#endif
