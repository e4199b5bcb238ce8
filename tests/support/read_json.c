/* tests/support/read_json.c -- see read_json.h. */
#include "tests/support/read_json.h"

#include <stdio.h>
#include <stdlib.h>

#include <check.h>
#include <cjson/cJSON.h>

enum { BYTES_MAX = 8 << 20 };

cJSON *read_json(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, BYTES_MAX);
    size_t length;
    cJSON *json;

    ck_assert_msg(file, "cannot open %s", path);
    length = fread(text, 1, BYTES_MAX - 1, file);
    ck_assert_uint_lt(length, BYTES_MAX - 1);
    fclose(file);
    json = cJSON_Parse(text);
    ck_assert_msg(json, "%s is not JSON", path);
    free(text);
    return json;
}
