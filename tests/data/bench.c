/* tests/data/bench.c -- see bench.h. */
#include "tests/data/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/base/value.h"
#include "engine/definition/bind.h"

/* Memory that is still reachable at the end is no leak. */
struct kept {
    struct kept *next;
    void *memory;
};
static struct kept *all_kept;

void *bench_keep(void *memory)
{
    struct kept *kept = memory_new(1, sizeof(*kept));

    *kept = (struct kept){ all_kept, memory };
    all_kept = kept;
    return memory;
}

/* `text` with double instead of single quotes. */
static char *requoted(const char *text)
{
    char *copy = memory_text(text);

    for (char *at = copy; *at; at++)
        *at = *at == '\'' ? '"' : *at;
    return copy;
}

static struct binder *binder_of(const char *json)
{
    struct binder *binder = bench_keep(memory_new(1, sizeof(*binder)));
    const char *text = bench_keep(requoted(json));

    binder->document = memory_new(1, sizeof(*binder->document));
    binder->errors = memory_new(1, sizeof(*binder->errors));
    ck_assert_msg(
        json_document_read(binder->document, text, strlen(text), &json_limits_definition, binder->errors),
        "not JSON: %s", text);
    return binder;
}

static const char *first_message(const struct error_list *errors)
{
    return errors->count > 0 ? errors->items[0].message : "no error";
}

struct component *bench_component(const struct family *family, const char *json)
{
    const struct json_path path = { .key = "here" };
    struct binder *binder = binder_of(json);
    struct component *component = NULL;

    ck_assert_msg(bind_component(binder, binder->document->root, &path, family, &component), "%s",
                  first_message(binder->errors));
    return component;
}

static void *bind_settings(const struct param *params, size_t settings_size, const char *json, bool wanted)
{
    const struct json_path path = { .key = "here" };
    struct binder *binder = binder_of(json);
    void *settings = bench_keep(memory_new(1, settings_size));

    ck_assert_msg(bind_object(binder, binder->document->root, &path, params, settings) == wanted, "%s",
                  first_message(binder->errors));
    return settings;
}

void *bench_settings(const struct param *params, size_t settings_size, const char *json)
{
    return bind_settings(params, settings_size, json, true);
}

void *bench_wrong_settings(const struct param *params, size_t settings_size, const char *json)
{
    return bind_settings(params, settings_size, json, false);
}

struct scheme *bench_scheme(const char *json, int64_t examples)
{
    struct error_list errors = { 0 };
    struct scheme *scheme = scheme_new(bench_component(&scheme_family, json), examples, &errors);

    ck_assert_msg(scheme != NULL && errors.count == 0, "%s", first_message(&errors));
    return scheme;
}

void bench_scheme_refused(const char *json, int64_t examples, enum error_code code, const char *pointer)
{
    struct error_list errors = { 0 };

    ck_assert_ptr_null(scheme_new(bench_component(&scheme_family, json), examples, &errors));
    ck_assert_uint_eq(errors.count, 1);
    ck_assert_str_eq(error_code_name(errors.items[0].code), error_code_name(code));
    ck_assert_str_eq(errors.items[0].pointer, pointer);
    error_list_fini(&errors);
}

static void print_request(const struct scheme *scheme, const struct request *request, struct text *out)
{
    if (!request->indices && request->first == REQUEST_FOLLOWS) {
        text_format(out, "#%lld", (long long)request->count);
        return;
    }
    if (!scheme->requests_examples)
        text_add(out, "[");
    for (int64_t i = 0; i < request->count; i++)
        text_format(out, "%s%lld", i > 0 ? ", " : "",
                    (long long)(request->indices ? request->indices[i] : request->first + i));
    if (!scheme->requests_examples)
        text_add(out, "]");
}

const char *bench_rest_of_epoch(struct scheme *scheme)
{
    struct text text = { 0 };
    struct request request;

    text_add(&text, "[");
    for (int count = 0; count < 100 && scheme->type->next(scheme, &request); count++) {
        if (count > 0)
            text_add(&text, ", ");
        print_request(scheme, &request, &text);
    }
    text_add(&text, "]");
    return bench_keep(text_take(&text));
}

const char *bench_epoch(struct scheme *scheme)
{
    struct error err = { 0 };

    ck_assert_msg(scheme->type->next_epoch(scheme, &err), "%s", err.message);
    return bench_rest_of_epoch(scheme);
}

static void add_source(struct dataset *dataset, const char *name, enum dtype dtype, struct shape shape,
                       double step, int64_t period)
{
    struct array array;
    struct error err;

    CK_GOOD(array_new(dtype, &shape, DATASET_BYTES_MAX, &array, &err), err);
    for (int64_t i = 0; i < tensor_elements(&array.tensor); i++)
        tensor_write(&array.tensor, i, (double)(i % period) * step);
    CK_GOOD(dataset_add(dataset, name, &array, &err), err);
}

struct dataset *bench_dataset(void)
{
    struct dataset *dataset = dataset_new();

    add_source(dataset, "features", DTYPE_FLOAT32, shape_of(3, (int64_t)10, (int64_t)2, (int64_t)3), 1, 1000);
    add_source(dataset, "pixels", DTYPE_UINT8, shape_of(2, (int64_t)10, (int64_t)4), 1, 1000);
    add_source(dataset, "targets", DTYPE_INT64, shape_of(2, (int64_t)10, (int64_t)1), 1, 5);
    add_source(dataset, "wide", DTYPE_FLOAT64, shape_of(1, (int64_t)10), 0.1, 1000);
    return dataset;
}

static void add_ragged(struct dataset *dataset, const char *name, enum dtype dtype, int64_t rank,
                       const int64_t *sizes, double first)
{
    const struct shape table = shape_of(2, (int64_t)4, rank);
    struct shape flat = { .rank = 1 };
    struct array array, shapes;
    struct error err;

    CK_GOOD(array_new(DTYPE_INT64, &table, DATASET_BYTES_MAX, &shapes, &err), err);
    memcpy(shapes.tensor.data, sizes, tensor_bytes(&shapes.tensor));
    for (int64_t i = 0; i < 4; i++, sizes += rank) {
        int64_t elements = 1;

        for (int64_t axis = 0; axis < rank; axis++)
            elements *= sizes[axis];
        flat.dims[0] += elements;
    }
    CK_GOOD(array_new(dtype, &flat, DATASET_BYTES_MAX, &array, &err), err);
    for (int64_t i = 0; i < flat.dims[0]; i++)
        tensor_write(&array.tensor, i, (double)i + first);
    CK_GOOD(dataset_add_ragged(dataset, name, &array, &shapes, &err), err);
}

struct dataset *bench_ragged_dataset(void)
{
    struct dataset *dataset = dataset_new();

    add_ragged(dataset, "words", DTYPE_INT64, 1, (const int64_t[]){ 3, 1, 0, 2 }, 1);
    add_ragged(dataset, "images", DTYPE_UINT8, 3, (const int64_t[]){ 1, 2, 3, 1, 3, 2, 1, 4, 4, 1, 2, 2 }, 0);
    add_ragged(dataset, "vectors", DTYPE_FLOAT64, 2, (const int64_t[]){ 1, 2, 2, 2, 1, 2, 2, 2 }, 0);
    add_source(dataset, "labels", DTYPE_INT64, shape_of(1, (int64_t)4), 1, 1000);
    add_source(dataset, "pictures", DTYPE_UINT8, shape_of(4, (int64_t)4, (int64_t)1, (int64_t)2, (int64_t)3),
               1, 1000);
    return dataset;
}

const char *bench_stream(const char *json, enum dtype real, struct data_stream **out)
{
    return bench_stream_over(bench_dataset(), json, real, out);
}

/* ---- predicates: "labels<3" and "words<3" look at the first number of a source ---- */

static void *open_predicate(void *context, const char *source, const char *pointer, struct error *err)
{
    (void)context;
    ck_assert_str_eq(pointer + strlen(pointer) - strlen("/predicate"), "/predicate");
    if (strchr(source, '<'))
        return memory_text(source);
    RAISE(err, ERROR_SYNTAX, NULL, "this is no predicate");
    return NULL;
}

static bool is_below(void *function, const struct value *argument, bool *out, struct error *err)
{
    const char *predicate = function, *limit = strchr(predicate, '<') + 1;
    char name[64];
    const struct value *value;
    double number;

    snprintf(name, sizeof(name), "%.*s", (int)(limit - 1 - predicate), predicate);
    value = value_get(argument, name);
    while (value && value->kind == VALUE_LIST)
        value = value->list.count > 0 ? &value->list.items[0] : NULL;
    if (!value || !value_as_real(value, &number))
        return RAISE(err, ERROR_SCRIPT, NULL, "there is no number in %s", name);
    *out = number < atof(limit);
    return true;
}

static const struct data_functions functions = { .open = open_predicate, .truth = is_below, .close = free };

const char *bench_stream_over(struct dataset *dataset, const char *json, enum dtype real,
                              struct data_stream **out)
{
    const struct json_path path = { .key = "here" };
    const struct stream_settings *settings = bench_settings(stream_params, sizeof(*settings), json);
    struct error_list errors = { 0 };
    struct text text = { 0 };

    *out =
        stream_settings_open(settings, &path, dataset, &(struct transforming){ real, &functions }, &errors);
    for (size_t i = 0; i < errors.count; i++)
        text_format(&text, "%s%s %s", i > 0 ? "\n" : "", error_code_name(errors.items[i].code),
                    errors.items[i].pointer);
    ck_assert((*out != NULL) == (errors.count == 0));
    dataset_unref(dataset); /* the stream has a reference of its own */
    error_list_fini(&errors);
    return bench_keep(text_take(&text));
}

struct data_stream *bench_good_stream(const char *json, enum dtype real)
{
    struct data_stream *stream;

    ck_assert_str_eq(bench_stream(json, real, &stream), "");
    return stream;
}

static void print_tensor(const struct tensor *tensor, struct text *out)
{
    char shape[SHAPE_TEXT_BYTES];

    text_add(out, shape_text(&tensor->shape, shape));
    for (int64_t i = 0; i < tensor_elements(tensor); i++)
        text_format(out, " %.9g", tensor_read(tensor, i));
}

const char *bench_next_batch(struct data_stream *stream, const char *source)
{
    struct text text = { 0 };
    struct batch batch;
    struct error err = { 0 };
    const enum stream_result result = stream->type->next_batch(stream, &batch, &err);

    ck_assert_msg(result != STREAM_FAILED, "%s", err.message);
    if (result == STREAM_END)
        return "end";
    ck_assert_ptr_nonnull(batch_find(&batch, source));
    ck_assert_int_eq(batch_find(&batch, source)->tensor.dtype, data_stream_source(stream, source)->dtype);
    print_tensor(&batch_find(&batch, source)->tensor, &text);
    return bench_keep(text_take(&text));
}

const char *bench_stream_epoch(struct data_stream *stream, const char *source)
{
    struct text text = { 0 };
    struct error err = { 0 };
    const char *batch;

    ck_assert_msg(stream->type->next_epoch(stream, &err) == STREAM_OK, "%s", err.message);
    while (strcmp(batch = bench_next_batch(stream, source), "end") != 0)
        text_format(&text, "%s%s", text.length > 0 ? "; " : "", batch);
    return bench_keep(text_take(&text));
}

struct bench_file bench_file(const char *name)
{
    const char *source = getenv("KILN_SOURCE");
    struct bench_file file = { 0 };
    char path[4096];
    FILE *stream;
    long length;

    snprintf(path, sizeof(path), "%s/tests/data/files/%s", source ? source : ".", name);
    stream = fopen(path, "rb");
    ck_assert_msg(stream != NULL, "no file %s", path);
    ck_assert(fseek(stream, 0, SEEK_END) == 0 && (length = ftell(stream)) >= 0);
    rewind(stream);
    file.length = (size_t)length;
    file.bytes = bench_keep(memory_new(file.length + 1, 1));
    ck_assert_uint_eq(fread(file.bytes, 1, file.length, stream), file.length);
    fclose(stream);
    return file;
}

void bench_same_tensor(struct tensor a, struct tensor b)
{
    ck_assert_int_eq(a.dtype, b.dtype);
    ck_assert(shape_equal(&a.shape, &b.shape));
    ck_assert(tensor_bytes(&a) == 0 || memcmp(a.data, b.data, tensor_bytes(&a)) == 0);
}

const char *bench_saved(const struct data_stream *stream)
{
    cJSON *state = cJSON_CreateObject();
    struct error err;
    char *text;

    CK_GOOD(stream->type->save(stream, 0, state, &err), err);
    text = cJSON_PrintUnformatted(state);
    cJSON_Delete(state);
    return bench_keep(text);
}

void bench_restore(struct data_stream *stream, const char *text)
{
    cJSON *state = cJSON_Parse(text);
    struct error err;

    CK_GOOD(stream->type->load(stream, state, &err), err);
    cJSON_Delete(state);
}

static void check_resumption_behind(const char *json, int batches)
{
    struct data_stream *first = bench_good_stream(json, DTYPE_FLOAT64);
    struct data_stream *second = bench_good_stream(json, DTYPE_FLOAT64);
    struct error err;
    const char *state;

    bench_restore(second, bench_saved(first)); /* before the first epoch */
    bench_stream_epoch(first, "wide");
    ck_assert_int_eq(first->type->next_epoch(first, &err), STREAM_OK);
    for (int i = 0; i < batches; i++)
        bench_next_batch(first, "wide");
    state = bench_saved(first);
    bench_restore(second, state);
    ck_assert_str_eq(bench_saved(second), state);
    for (int i = 0; i < 12; i++)
        ck_assert_str_eq(bench_next_batch(second, "wide"), bench_next_batch(first, "wide"));
    for (int i = 0; i < 2; i++)
        ck_assert_str_eq(bench_stream_epoch(second, "wide"), bench_stream_epoch(first, "wide"));
    data_stream_free(first);
    data_stream_free(second);
}

void bench_check_resumption(const char *json)
{
    for (int batches = 0; batches < 12; batches++)
        check_resumption_behind(json, batches);
}
