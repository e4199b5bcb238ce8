/* engine/data/stream_settings.c -- see stream_settings.h. */
#include "engine/data/stream_settings.h"

#include <stdlib.h>

#include "engine/base/memory.h"
#include "engine/data/dataset_stream.h"
#include "engine/data/once_stream.h"
#include "engine/data/read_ahead.h"
#include "engine/data/real_stream.h"
#include "engine/data/schemes.h"
#include "engine/data/transformers.h"

const struct param stream_params[] = {
    PARAM(stream_settings, dataset, JSON, .required = true,
          .about = "The name of a stored dataset, or an object that describes one."),
    PARAM(stream_settings, examples, JSON, .nullable = true,
          .about = "The examples to use: [from, to), or a list; by default all."),
    PARAM(stream_settings, cross_validation, OBJECT, .nullable = true, .members = cross_validation_params,
          .members_size = sizeof(struct cross_validation_settings),
          .about = "Part of a fold of these examples; by default all."),
    PARAM(stream_settings, sources, TEXTS, .nullable = true, .count_min = 1, .count_max = DATASET_SOURCES_MAX,
          .about = "The sources to read; by default all."),
    PARAM(stream_settings, iteration_scheme, COMPONENT, .required = true, .family = &scheme_family,
          .about = "In which order and pieces the examples are read."),
    PARAM(stream_settings, transformers, COMPONENTS, .family = &transformer_family, .count_max = 32,
          .about = "What is done to every batch, in this order."),
    PARAM_END,
};

static size_t choose_all(const struct dataset *dataset, const struct source **out)
{
    for (size_t i = 0; i < dataset->source_count; i++)
        out[i] = &dataset->sources[i];
    return dataset->source_count;
}

/* The sources wanted, in their order; 0 when one of them is wrong. */
static size_t choose(const struct stream_settings *settings, const struct json_path *path,
                     const struct dataset *dataset, const struct source **out, struct error_list *errors)
{
    const struct json_path list = { .parent = path, .key = "sources" };
    bool good = true;

    if (!settings->sources.given)
        return choose_all(dataset, out);
    for (size_t i = 0; i < settings->sources.count; i++) {
        const struct json_path step = { .parent = &list, .index = i };

        out[i] = dataset_source(dataset, settings->sources.items[i]);
        if (!out[i])
            good = REPORT(errors, ERROR_UNKNOWN_NAME, &step, "the dataset has no source \"%s\"",
                          settings->sources.items[i]);
        for (size_t j = 0; out[i] && j < i; j++)
            if (out[j] == out[i])
                good =
                    REPORT(errors, ERROR_DUPLICATE, &step, "the source \"%s\" is there twice", out[i]->name);
    }
    return good ? settings->sources.count : 0;
}

/* What is delivered are arrays. */
static bool check_dense(const struct data_stream *stream, const struct json_path *path,
                        struct error_list *errors)
{
    bool good = true;

    for (size_t i = 0; i < stream->source_count; i++) {
        if (!stream->sources[i].ragged)
            continue;
        good = REPORT(errors, ERROR_SHAPE, path, "the examples of source \"%s\" differ in shape",
                      stream->sources[i].name);
        error_list_hint(
            errors,
            "Add the transformer Padding or RandomFixedSizeCrop, or leave the source out of \"sources\".");
    }
    return good;
}

/* The thread comes in where it takes over all the slow work that a stream can go back over. */
static struct data_stream *read_ahead(struct data_stream *stream, const struct dataset *dataset)
{
    return read_ahead_pays(stream, dataset->on_disk) ? read_ahead_new(stream) : stream;
}

static bool select_examples(const struct stream_settings *settings, const struct json_path *path,
                            int64_t available, struct selection *out, struct error_list *errors)
{
    const struct json_path examples = { .parent = path, .key = "examples" },
                           fold = { .parent = path, .key = "cross_validation" };

    return selection_read_range(settings->examples, available, &examples, out, errors) &&
           (!settings->cross_validation ||
            cross_validation_select(settings->cross_validation, out, &fold, errors));
}

/* A transformer that is wrong is left out, so that the next ones are checked all the same. */
static struct data_stream *transform(const struct stream_settings *settings, const struct json_path *path,
                                     struct data_stream *stream, const struct dataset *dataset,
                                     const struct transforming *with, struct error_list *errors)
{
    bool good = true;

    for (size_t i = 0; i < settings->transformers.count; i++) {
        const struct component *component = settings->transformers.items[i];
        const struct transformer_type *type = (const struct transformer_type *)component->type;
        struct data_stream *outer;

        if (type->forgets)
            stream = read_ahead(stream, dataset);
        outer = type->new (component, stream, with, errors);
        good &= outer != NULL;
        stream = outer ? outer : stream;
    }
    if (good && check_dense(stream, path, errors))
        return read_ahead(real_stream_new(stream, with->real), dataset);
    data_stream_free(stream);
    return NULL;
}

struct data_stream *stream_settings_open(const struct stream_settings *settings, const struct json_path *path,
                                         struct dataset *dataset, const struct transforming *with,
                                         struct error_list *errors)
{
    const size_t most = settings->sources.given ? settings->sources.count : dataset->source_count;
    const struct source **sources = memory_new(most, sizeof(struct source *));
    struct dataset_stream_options options = { .dataset = dataset, .sources = sources };
    struct data_stream *stream = NULL;

    options.source_count = choose(settings, path, dataset, sources, errors);
    if (select_examples(settings, path, dataset->examples, &options.selection, errors))
        options.scheme = scheme_new(settings->iteration_scheme, options.selection.count, errors);
    if (options.source_count > 0 && options.scheme) {
        struct data_stream *base = dataset_stream_new(&options);

        stream = transform(settings, path, base, dataset, with, errors);
        if (stream) {
            stream = once_stream_new(stream, base, options.selection.count);
            stream->transformed = settings->transformers.count > 0;
        }
    } else {
        scheme_free(options.scheme);
        selection_fini(&options.selection);
    }
    free(sources);
    return stream;
}
