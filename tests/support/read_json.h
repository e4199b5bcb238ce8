/* tests/support/read_json.h -- a JSON file of the source tree; a test that cannot read it fails. */
#ifndef TESTS_SUPPORT_READ_JSON_H
#define TESTS_SUPPORT_READ_JSON_H

struct cJSON;

struct cJSON *read_json(const char *path); /* the caller deletes it */

#endif
