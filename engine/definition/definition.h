/* engine/definition/definition.h -- a definition that has been read: everything bound and every reference
 * resolved that does not need memory.
 *
 * Constant once read; any number of threads may build jobs from it. */
#ifndef ENGINE_DEFINITION_DEFINITION_H
#define ENGINE_DEFINITION_DEFINITION_H

#include "engine/checkpoint/sha256.h"
#include "engine/data/dataset.h"
#include "engine/data/stream_settings.h"
#include "engine/definition/bind.h"
#include "engine/definition/read.h"
#include "engine/definition/settings.h"
#include "engine/script/expression.h"

struct defined_stream {
    const char *name;
    const char *pointer;
    struct stream_settings settings;
    struct dataset *dataset; /* stored, or read from a file; else for planning, without memory; NULL: wrong */
    struct component *inline_dataset; /* NULL: stored */
};

struct defined_brick {
    const char *name;
    const char *pointer;
    struct component *component; /* NULL when its type is unknown */
};

struct definition {
    char *text;
    char sha256[SHA256_TEXT_BYTES];
    struct json_document document; /* of `text`; its arena holds everything below */
    struct job_settings settings;
    const char *labels; /* JSON text */
    struct defined_stream *streams;
    size_t stream_count;
    const struct defined_stream *training_stream; /* one of them; NULL while it is unknown */
    struct defined_brick *bricks;
    size_t brick_count;
    struct expression_variable *variables;
    size_t variable_count;
    struct expression_shared *shared;
    double *shared_values; /* where they start */
    size_t shared_count;
    const char **datasets; /* names of stored ones; ends in NULL */
    struct text plan;
    int64_t batches; /* after which the training ends at the latest; -1: unknown */
};

/* The examples of a stream, for any number of streams over them; given back with dataset_unref.  `plan`: none
 * is going to be read.  NULL with everything that is wrong reported, now or when the definition was read. */
struct dataset *definition_open_dataset(const struct defined_stream *defined, bool plan,
                                        struct error_list *errors);
/* A new stream of its own over them, at its beginning; NULL likewise. */
struct data_stream *definition_open_stream(const struct defined_stream *defined, struct dataset *dataset,
                                           const struct transforming *with, struct error_list *errors);

/* Sections; each reports everything that is wrong with it and reads the rest. */
void definition_read_streams(struct definition *definition, struct binder *binder,
                             const struct dataset_source *datasets);
void definition_read_bricks(struct definition *definition, struct binder *binder);
void definition_read_variables(struct definition *definition, struct binder *binder);
void definition_read_shared(struct definition *definition, struct binder *binder);
void definition_read_labels(struct definition *definition, struct binder *binder);

/* Calls `each` for every member of a section that is an object; reports names that are no identifiers. */
typedef void section_member_fn(void *context, const cJSON *member, const struct json_path *path);
void section_each(struct binder *binder, const cJSON *section, const char *section_name, size_t members_max,
                  section_member_fn *each, void *context);

/* The spelled-out path, in the document's arena. */
const char *section_pointer(struct binder *binder, const struct json_path *path);

#endif
