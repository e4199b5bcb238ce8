/* api/endpoints/catalogue.c -- see catalogue.h. */
#include "api/endpoints/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "api/router.h"
#include "engine/definition/catalogue.h"

void catalogue_endpoint(struct request *request, struct reply *reply)
{
    cJSON *items = catalogue_describe(strrchr(request->route->path, '/') + 1);
    char *printed;

    if (!items) {
        reply_problem(request, reply, PROBLEM_NOT_FOUND, "There is no such family.");
        return;
    }
    printed = cJSON_PrintUnformatted(items);
    text_format(&reply->body, "{\"items\":%s,\"next\":null}\n", printed);
    free(printed);
    cJSON_Delete(items);
    reply->status = 200;
}
