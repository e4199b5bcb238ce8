/* engine/checkpoint/save.c -- the archive, from the first member to the word that it is there; see save.h. */
#include "engine/checkpoint/save.h"

#include <string.h>

#include "engine/checkpoint/manifest.h"
#include "engine/checkpoint/save_members.h"

/* In the order of the archive; the manifest stands in front of the rest of the main loop. */
static bool collect(const struct main_loop *loop, const struct checkpoint_request *request,
                    struct member_list *list, size_t *out_manifest_at, struct error *err)
{
    if (!save_parameters(loop, request, list, err))
        return false;
    *out_manifest_at = list->count;
    if (request->save_main_loop && !save_main_loop(loop, request, list, err))
        return false;
    for (size_t i = 0; i < request->save_separately_count; i++)
        if (!save_part(loop, request->save_separately[i], list, err))
            return false;
    return true;
}

static bool write_members(const struct member_list *list, size_t manifest_at, const char *manifest,
                          struct archive_writer *writer, struct error *err)
{
    for (size_t i = 0; i <= list->count; i++) {
        if (i == manifest_at && manifest &&
            !archive_writer_add(writer, MANIFEST_MEMBER,
                                &(struct archive_piece){ manifest, strlen(manifest) }, 1, err))
            return false;
        if (i < list->count && !member_list_write(list, i, writer, err))
            return false;
    }
    return true;
}

static bool write_archive(const struct main_loop *loop, const struct checkpoint_request *request,
                          const struct member_list *list, size_t manifest_at, struct error *err)
{
    const struct sink *sink = loop->parts.sink;
    const struct log_counters *counters = log_counters(loop->parts.log);
    struct saved_checkpoint saved = {
        .name = request->name,
        .automatic = request->automatic,
        .resumable = request->save_main_loop,
        .iterations_done = counters->iterations_done,
        .epochs_done = counters->epochs_done,
    };
    struct text manifest = { 0 };
    struct archive_writer *writer = NULL;
    char file[PATH_MAX];
    bool written = false;

    if (request->save_main_loop) {
        manifest_write(loop, list, &manifest);
        saved.manifest = text_bytes(&manifest);
    }
    if (!sink->checkpoint_place(sink->context, request->name, request->automatic, file, err))
        goto done;
    saved.file = file;
    writer = archive_writer_open(file, err);
    written = writer && write_members(list, manifest_at, saved.manifest, writer, err) &&
              archive_writer_commit(writer, &saved.bytes, saved.sha256, err);
done:
    archive_writer_close(writer);
    if (written && sink->checkpoint_saved)
        written = sink->checkpoint_saved(sink->context, &saved, err);
    text_fini(&manifest);
    return written;
}

bool checkpoint_save(const struct main_loop *loop, const struct checkpoint_request *request,
                     struct error *err)
{
    struct member_list list = { 0 };
    size_t manifest_at = 0;
    bool saved;

    if (!loop->parts.sink || !loop->parts.sink->checkpoint_place)
        return RAISE(err, ERROR_UNAVAILABLE, NULL, "there is no place for checkpoints");
    saved = collect(loop, request, &list, &manifest_at, err) &&
            write_archive(loop, request, &list, manifest_at, err);
    member_list_fini(&list);
    return saved;
}
