/* engine/definition/main_loop_port.h -- the main loop as the sandbox sees it: log, model, hyper-parameters.
 */
#ifndef ENGINE_DEFINITION_MAIN_LOOP_PORT_H
#define ENGINE_DEFINITION_MAIN_LOOP_PORT_H

#include "engine/definition/assembly.h"

/* Fills assembly->main_loop_port and what it points to. */
void main_loop_port_open(struct assembly *assembly);

#endif
