/* server/store/sqlstate.h -- what PostgreSQL's error codes mean to us, in one table.
 *
 * Codes: PostgreSQL documentation, appendix A.  Pure function, any thread. */
#ifndef SERVER_STORE_SQLSTATE_H
#define SERVER_STORE_SQLSTATE_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "server/store/store_result.h"

struct sqlstate_meaning {
    const char *prefix; /* of the five characters */
    enum store_result result;
    enum error_code code; /* ERROR_NONE for STORE_CONFLICT */
    bool soft;            /* the transaction can be repeated at once */
};

/* Never NULL: what is not listed is a defect.  `state` NULL: the connection was lost. */
const struct sqlstate_meaning *sqlstate_meaning(const char *state);

#endif
