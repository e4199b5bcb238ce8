/* engine/checkpoint/manifest.h -- _main_loop/manifest.json: what the checkpoint is, and that it is complete.
 *
 * {"format": 1, "iterations_done": n, "epochs_done": n, "definition_sha256": "...", "numeric_profile": "...",
 *  "members": [{"name": "_parameters", "bytes": n, "sha256": "..."}, ...]} */
#ifndef ENGINE_CHECKPOINT_MANIFEST_H
#define ENGINE_CHECKPOINT_MANIFEST_H

#include "engine/checkpoint/archive_reader.h"
#include "engine/checkpoint/member_list.h"
#include "engine/training/main_loop.h"

enum { MANIFEST_FORMAT = 1 };
#define MANIFEST_MEMBER "_main_loop/manifest.json"

struct cJSON;

void manifest_write(const struct main_loop *loop, const struct member_list *list, struct text *out_json);

/* Every member that the manifest names is there, with its size and digest, and no other of the main loop is.
 * ERROR_CORRUPT otherwise. */
bool manifest_check(const struct cJSON *manifest, const struct archive_reader *reader, struct error *err);

/* The checkpoint belongs to this definition and was computed under this numeric profile: it continues to the
 * same bits.  ERROR_STATE otherwise. */
bool manifest_fits(const struct cJSON *manifest, const struct main_loop_identity *identity,
                   struct error *err);

#endif
