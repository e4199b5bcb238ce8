/* engine/checkpoint/manifest.c -- see manifest.h. */
#include "engine/checkpoint/manifest.h"

#include <string.h>

#include <cjson/cJSON.h>

static void add_text(struct text *out, const char *key, const char *value)
{
    text_format(out, ", \"%s\": ", key);
    text_add_json_text(out, value ? value : "");
}

void manifest_write(const struct main_loop *loop, const struct member_list *list, struct text *out_json)
{
    const struct log_counters *counters = log_counters(loop->parts.log);
    const struct main_loop_identity *identity = loop->parts.identity;

    text_format(out_json, "{\"format\": %d, \"iterations_done\": %lld, \"epochs_done\": %lld",
                MANIFEST_FORMAT, (long long)counters->iterations_done, (long long)counters->epochs_done);
    add_text(out_json, "definition_sha256", identity ? identity->definition_sha256 : NULL);
    add_text(out_json, "numeric_profile", identity ? identity->numeric_profile : NULL);
    text_add(out_json, ", \"members\": [");
    for (size_t i = 0; i < list->count; i++) {
        const struct member *member = &list->items[i];
        text_add(out_json, i ? ", {\"name\": " : "{\"name\": ");
        text_add_json_text(out_json, member->name);
        text_format(out_json, ", \"bytes\": %llu, \"sha256\": \"%s\"}", (unsigned long long)member->bytes,
                    member->sha256);
    }
    text_add(out_json, "]}");
}

static const char *member_text(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    return text ? text : "";
}

static bool check_member(const cJSON *listed, const struct archive_reader *reader, struct error *err)
{
    const char *name = member_text(listed, "name");
    const cJSON *bytes = cJSON_GetObjectItemCaseSensitive(listed, "bytes");
    const struct archive_member *member = archive_reader_find(reader, name);
    char sha256[SHA256_TEXT_BYTES];

    if (!member)
        return RAISE(err, ERROR_CORRUPT, NULL, "the checkpoint lacks its member \"%s\"", name);
    sha256_of(member->bytes, member->length, sha256);
    if (!cJSON_IsNumber(bytes) || bytes->valuedouble != (double)member->length ||
        strcmp(sha256, member_text(listed, "sha256")) != 0)
        return RAISE(err, ERROR_CORRUPT, NULL, "the member \"%s\" of the checkpoint is damaged", name);
    return true;
}

static bool is_listed(const cJSON *members, const char *name)
{
    const cJSON *listed;

    cJSON_ArrayForEach(listed, members) if (strcmp(member_text(listed, "name"), name) == 0) return true;
    return strcmp(name, MANIFEST_MEMBER) == 0;
}

bool manifest_check(const cJSON *manifest, const struct archive_reader *reader, struct error *err)
{
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(manifest, "format");
    const cJSON *members = cJSON_GetObjectItemCaseSensitive(manifest, "members"), *listed;
    const struct archive_member *present;
    size_t count;

    if (!cJSON_IsNumber(format) || format->valuedouble != MANIFEST_FORMAT)
        return RAISE(err, ERROR_CORRUPT, NULL, "the checkpoint has a format that this version does not know");
    cJSON_ArrayForEach(listed, members) if (!check_member(listed, reader, err)) return false;
    present = archive_reader_members(reader, &count);
    for (size_t i = 0; i < count; i++)
        if (!is_listed(members, present[i].name))
            return RAISE(err, ERROR_CORRUPT, NULL,
                         "the checkpoint has a member \"%s\" that its manifest does not name",
                         present[i].name);
    return true;
}

bool manifest_fits(const cJSON *manifest, const struct main_loop_identity *identity, struct error *err)
{
    const char *profile = member_text(manifest, "numeric_profile");

    if (!identity)
        return true;
    if (identity->definition_sha256 &&
        strcmp(identity->definition_sha256, member_text(manifest, "definition_sha256")) != 0)
        return RAISE(err, ERROR_STATE, NULL, "the checkpoint belongs to another definition");
    if (identity->numeric_profile && strcmp(identity->numeric_profile, profile) != 0)
        return RAISE(err, ERROR_STATE, NULL, "the checkpoint was computed with \"%s\", here is \"%s\"",
                     profile, identity->numeric_profile);
    return true;
}
