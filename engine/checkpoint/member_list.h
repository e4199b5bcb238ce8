/* engine/checkpoint/member_list.h -- the members of an archive before it is written: small texts that are
 * kept, and arrays that are only looked at.
 *
 * The manifest lists size and digest of every member, so all of them are known before the first byte is
 * written. Not thread-safe. */
#ifndef ENGINE_CHECKPOINT_MEMBER_LIST_H
#define ENGINE_CHECKPOINT_MEMBER_LIST_H

#include "engine/base/arena.h"
#include "engine/base/text.h"
#include "engine/checkpoint/archive_writer.h"
#include "engine/checkpoint/npz_writer.h"

struct cJSON;

struct member {
    const char *name;
    struct archive_piece pieces[2];    /* of a text or one array */
    const struct named_tensor *arrays; /* of an npz; NULL: pieces */
    size_t array_count;
    uint64_t bytes;
    char sha256[SHA256_TEXT_BYTES];
};

struct member_list {
    struct arena arena;
    struct member *items;
    size_t count, capacity;
};

/* Takes the text's contents over. */
void member_list_add_text(struct member_list *list, const char *name, struct text *text);
/* Takes `json` over, and prints it. */
void member_list_add_json(struct member_list *list, const char *name, struct cJSON *json);
/* One .npy; the tensor's data are borrowed until the list is written. */
void member_list_add_array(struct member_list *list, const char *name, const struct tensor *tensor);
/* An npz; names and data are borrowed. */
bool member_list_add_npz(struct member_list *list, const char *name, const struct named_tensor *arrays,
                         size_t count, struct error *err);
bool member_list_write(const struct member_list *list, size_t index, struct archive_writer *writer,
                       struct error *err);
void member_list_fini(struct member_list *list);

#endif
