/* engine/checkpoint/member_list.c -- see member_list.h. */
#include "engine/checkpoint/member_list.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "engine/base/memory.h"
#include "engine/data/npy.h"

static struct member *add(struct member_list *list, const char *name)
{
    struct member *member;

    list->items = memory_room(list->items, list->count, &list->capacity, sizeof(*list->items));
    member = &list->items[list->count++];
    *member = (struct member){ .name = arena_text(&list->arena, name) };
    return member;
}

static void digest_pieces(struct member *member)
{
    struct sha256 *sha = sha256_new();

    for (size_t i = 0; i < COUNT(member->pieces); i++) {
        sha256_add(sha, member->pieces[i].bytes, member->pieces[i].length);
        member->bytes += member->pieces[i].length;
    }
    sha256_text(sha, member->sha256);
    sha256_free(sha);
}

void member_list_add_text(struct member_list *list, const char *name, struct text *text)
{
    struct member *member = add(list, name);

    member->pieces[0] =
        (struct archive_piece){ arena_text_n(&list->arena, text_bytes(text), text->length), text->length };
    member->pieces[1] = (struct archive_piece){ "", 0 };
    text_fini(text);
    digest_pieces(member);
}

void member_list_add_json(struct member_list *list, const char *name, struct cJSON *json)
{
    char *printed = cJSON_PrintUnformatted(json);
    struct text text = { 0 };

    text_add(&text, printed ? printed : "null");
    free(printed);
    cJSON_Delete(json);
    member_list_add_text(list, name, &text);
}

void member_list_add_array(struct member_list *list, const char *name, const struct tensor *tensor)
{
    struct member *member = add(list, name);
    struct text header = { 0 };

    npy_header_write(tensor->dtype, &tensor->shape, &header);
    member->pieces[0] =
        (struct archive_piece){ arena_text_n(&list->arena, text_bytes(&header), header.length),
                                header.length };
    member->pieces[1] = (struct archive_piece){ tensor->data, tensor_bytes(tensor) };
    text_fini(&header);
    digest_pieces(member);
}

struct measure {
    struct sha256 *sha;
    uint64_t bytes;
};

static bool put_into_measure(void *context, const void *bytes, size_t length, struct error *err)
{
    struct measure *measure = context;

    (void)err;
    sha256_add(measure->sha, bytes, length);
    measure->bytes += length;
    return true;
}

bool member_list_add_npz(struct member_list *list, const char *name, const struct named_tensor *arrays,
                         size_t count, struct error *err)
{
    struct member *member = add(list, name);
    struct measure measure = { sha256_new(), 0 };
    bool measured = npz_write(arrays, count, put_into_measure, &measure, err);

    member->arrays = arrays;
    member->array_count = count;
    member->bytes = measure.bytes;
    sha256_text(measure.sha, member->sha256);
    sha256_free(measure.sha);
    return measured;
}

static bool put_into_archive(void *context, const void *bytes, size_t length, struct error *err)
{
    return archive_writer_put(context, bytes, length, err);
}

bool member_list_write(const struct member_list *list, size_t index, struct archive_writer *writer,
                       struct error *err)
{
    const struct member *member = &list->items[index];

    if (!member->arrays)
        return archive_writer_add(writer, member->name, member->pieces, COUNT(member->pieces), err);
    return archive_writer_begin(writer, member->name, member->bytes, err) &&
           npz_write(member->arrays, member->array_count, put_into_archive, writer, err);
}

void member_list_fini(struct member_list *list)
{
    free(list->items);
    arena_fini(&list->arena);
}
