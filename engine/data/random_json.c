/* engine/data/random_json.c -- see random_json.h. */
#include "engine/data/random_json.h"

#include <string.h>

#include <cjson/cJSON.h>

enum { KEY_WORDS = COUNT(((struct random_state *)0)->key), WORD_DIGITS = 8, GAUSS_DIGITS = 16 };

static void write_hex(uint64_t value, int digits, char *out)
{
    while (digits-- > 0) {
        out[digits] = "0123456789abcdef"[value & 15];
        value >>= 4;
    }
}

static bool read_hex(const char *text, int digits, uint64_t *out)
{
    static const char alphabet[] = "0123456789abcdef";

    *out = 0;
    for (int i = 0; i < digits; i++) {
        const char *found = text[i] ? strchr(alphabet, text[i]) : NULL;

        if (!found)
            return false;
        *out = *out << 4 | (uint64_t)(found - alphabet);
    }
    return true;
}

struct cJSON *random_to_json(const struct random_state *random)
{
    cJSON *json = cJSON_CreateObject();
    char key[KEY_WORDS * WORD_DIGITS + 1] = { 0 }, gauss[GAUSS_DIGITS + 1] = { 0 };
    uint64_t bits;

    for (int i = 0; i < KEY_WORDS; i++)
        write_hex(random->key[i], WORD_DIGITS, key + i * WORD_DIGITS);
    memcpy(&bits, &random->gauss, sizeof(bits));
    write_hex(bits, GAUSS_DIGITS, gauss);
    cJSON_AddStringToObject(json, "key", key);
    cJSON_AddNumberToObject(json, "position", random->position);
    if (random->has_gauss)
        cJSON_AddStringToObject(json, "gauss", gauss);
    else
        cJSON_AddNullToObject(json, "gauss");
    return json;
}

static bool read_state(struct random_state *random, const cJSON *json)
{
    const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "key"));
    const cJSON *position = cJSON_GetObjectItemCaseSensitive(json, "position");
    const cJSON *gauss = cJSON_GetObjectItemCaseSensitive(json, "gauss");
    uint64_t bits = 0;

    if (!key || strlen(key) != KEY_WORDS * WORD_DIGITS || !cJSON_IsNumber(position) || !gauss)
        return false;
    for (int i = 0; i < KEY_WORDS; i++) {
        if (!read_hex(key + i * WORD_DIGITS, WORD_DIGITS, &bits))
            return false;
        random->key[i] = (uint32_t)bits;
    }
    if (!(position->valuedouble >= 0 && position->valuedouble <= KEY_WORDS))
        return false;
    random->position = (int32_t)position->valuedouble;
    random->has_gauss = cJSON_IsString(gauss);
    bits = 0;
    if (random->has_gauss &&
        (strlen(gauss->valuestring) != GAUSS_DIGITS || !read_hex(gauss->valuestring, GAUSS_DIGITS, &bits)))
        return false;
    memcpy(&random->gauss, &bits, sizeof(bits));
    return true;
}

bool random_from_json(struct random_state *random, const struct cJSON *json, struct error *err)
{
    struct random_state read = { 0 };

    if (!read_state(&read, json))
        return RAISE(err, ERROR_CORRUPT, NULL, "the saved state of a random generator is damaged");
    *random = read;
    return true;
}
