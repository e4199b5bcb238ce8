/* server/complain.h -- what the commands of kilnd say on standard error when something went wrong. */
#ifndef SERVER_COMPLAIN_H
#define SERVER_COMPLAIN_H

#include "engine/base/error.h"

/* "kilnd: place: message", and the hint in a line of its own.  Gives 1, the exit status of a command that
 * failed. */
int complain(const struct error *err);

#endif
