/* api/endpoints/catalogue.h -- what a definition can name: one endpoint per family, made from the tables. */
#ifndef API_ENDPOINTS_CATALOGUE_H
#define API_ENDPOINTS_CATALOGUE_H

#include "api/request.h"

/* Answers for the family whose plural is the last part of the path: "/v1/step_rules". */
handler_fn catalogue_endpoint;

#endif
