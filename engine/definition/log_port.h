/* engine/definition/log_port.h -- the training log as user functions see it. */
#ifndef ENGINE_DEFINITION_LOG_PORT_H
#define ENGINE_DEFINITION_LOG_PORT_H

#include "engine/script/log_view.h"
#include "engine/training/log.h"

/* A port to `log`, which has to outlive it. */
struct script_log_port log_port_of(struct log *log);

#endif
