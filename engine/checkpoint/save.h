/* engine/checkpoint/save.h -- writes a checkpoint of a main loop.
 *
 * An uncompressed tar: `_parameters`, an npz under Blocks' names; `_main_loop/...`, all that a bit-identical
 * continuation needs; one JSON member for each part that is saved separately.  The file is whole and durable
 * before the sink hears of it.  Called on the training thread, between batches. */
#ifndef ENGINE_CHECKPOINT_SAVE_H
#define ENGINE_CHECKPOINT_SAVE_H

#include "engine/training/main_loop.h"

struct checkpoint_request {
    const char *name; /* "best.tar": where the sink is asked to place it */
    bool automatic;   /* made by autosave, pause or drain, not by an extension */
    bool save_main_loop;
    const char *const *parameters; /* paths, in this order; NULL: all of the model */
    size_t parameter_count;
    const char *const *save_separately; /* of checkpoint_parts */
    size_t save_separately_count;
};

/* What can be saved separately: "log", "status", "model"; ends in NULL. */
extern const char *const checkpoint_parts[];

/* False with err: nothing was announced, an older file of that name is untouched. */
bool checkpoint_save(const struct main_loop *loop, const struct checkpoint_request *request,
                     struct error *err);

/* "/mlp/linear_0.W" as a member of `_parameters` is called: "|mlp|linear_0.W".  And back.  The texts have at
 * most PARAMETER_NAME_BYTES, the rest is cut. */
enum { PARAMETER_NAME_BYTES = 512 };
void parameter_to_member(const char *path, char out[PARAMETER_NAME_BYTES]);
void parameter_from_member(const char *member, char out[PARAMETER_NAME_BYTES]);

#endif
