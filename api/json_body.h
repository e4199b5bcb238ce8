/* api/json_body.h -- a small JSON body, bound to a settings struct by a parameter table. */
#ifndef API_JSON_BODY_H
#define API_JSON_BODY_H

#include "api/request.h"
#include "engine/base/param.h"
#include "engine/definition/document.h"

/* Binds to the zeroed `settings`; no body is an empty object.  What is bound lives in `document`, which the
 * caller releases in any case.  False with the reply filled in: 400 for what is not JSON, 422 with every
 * error for what is wrong. */
bool json_body_bind(const struct request *request, struct reply *reply, const struct param *params,
                    void *settings, struct json_document *document);

#endif
