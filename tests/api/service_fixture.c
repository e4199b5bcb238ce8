/* tests/api/service_fixture.c -- see service_fixture.h. */
#include "tests/api/service_fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/routes.h"

struct service service;
struct exchange_context service_context;
struct answer answer;

static char folder[32];

void service_open(void)
{
    struct error err = { 0 };

    store_fixture_open();
    strcpy(folder, "/tmp/kiln-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    service.pool = db_pool_open(&(struct db_options){ .url = cluster_url(), .name = "kiln test" }, 2);
    service.datasets = datasets_open(folder, service.pool, NULL, &err);
    ck_assert_msg(service.datasets != NULL, "%s", err.message);
    service.checkpoints = checkpoint_files_open(folder, &err);
    ck_assert_msg(service.checkpoints != NULL, "%s", err.message);
    service_context = (struct exchange_context){
        .service = &service, .routes = routes, .upload_folder = datasets_incoming_folder(service.datasets)
    };
}

static void forget_answer(void)
{
    cJSON_Delete(answer.json);
    exchange_close(answer.exchange);
    answer = (struct answer){ 0 };
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

void service_close(void)
{
    forget_answer();
    datasets_close(service.datasets);
    checkpoint_files_close(service.checkpoints);
    db_pool_close(service.pool);
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    store_fixture_close();
}

void ask_bytes(const char *line, const char *const *headers, const void *body, size_t length)
{
    struct exchange *exchange = call_bytes(&service_context, line, headers, body, length);
    const char *type = reply_header_value(&exchange->reply, "Content-Type");

    forget_answer();
    answer.exchange = exchange;
    answer.status = exchange->reply.status;
    answer.body = text_bytes(&exchange->reply.body);
    if (type && strstr(type, "json")) {
        answer.json = cJSON_Parse(answer.body);
        ck_assert_msg(answer.json != NULL, "not JSON: %s", answer.body);
    }
}

void ask_with(const char *line, const char *const *headers, const char *body)
{
    ask_bytes(line, headers, body, body ? strlen(body) : 0);
}

void ask(const char *line)
{
    ask_with(line, NULL, NULL);
}

size_t read_test_file(const char *file, char *out, size_t bytes_max)
{
    char path[4096];
    size_t length;
    FILE *stream;

    snprintf(path, sizeof(path), "%s/tests/data/files/%s", getenv("KILN_SOURCE"), file);
    stream = fopen(path, "rb");
    ck_assert_msg(stream != NULL, "%s", path);
    length = fread(out, 1, bytes_max, stream);
    fclose(stream);
    return length;
}

void ask_file(const char *line, const char *const *headers, const char *file)
{
    static char bytes[1 << 20];

    ask_bytes(line, headers, bytes, read_test_file(file, bytes, sizeof(bytes)));
}

const char *answer_header(const char *name)
{
    return reply_header_value(&answer.exchange->reply, name);
}

const cJSON *member(const char *path)
{
    const cJSON *json = answer.json;
    char step[64];

    for (const char *at = path; *at; at += *at == '/') {
        size_t length = strcspn(at, "/");

        snprintf(step, sizeof(step), "%.*s", (int)length, at);
        json = cJSON_IsArray(json) ? cJSON_GetArrayItem(json, atoi(step))
                                   : cJSON_GetObjectItemCaseSensitive(json, step);
        ck_assert_msg(json != NULL, "%s is missing at %s: %s", path, step, answer.body);
        at += length;
    }
    return json;
}

const char *text(const char *path)
{
    const char *value = cJSON_GetStringValue(member(path));

    ck_assert_msg(value != NULL, "%s is no text: %s", path, answer.body);
    return value;
}

double real(const char *path)
{
    ck_assert_msg(cJSON_IsNumber(member(path)), "%s is no number: %s", path, answer.body);
    return member(path)->valuedouble;
}

void ck_problem(unsigned status, const char *name)
{
    char type[128];

    ck_status(status);
    ck_assert_str_eq(answer_header("Content-Type"), "application/problem+json");
    snprintf(type, sizeof(type), "https://kiln.invalid/problems/%s", name);
    ck_assert_str_eq(text("type"), type);
    ck_assert_double_eq(real("status"), status);
}
