/* tests/scenario/kilnd.c -- see kilnd.h. */
#include "tests/scenario/kilnd.h"

#include <check.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void pause_ms(long ms)
{
    nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static const char *binary(void)
{
    static char path[512];
    const char *build = getenv("KILN_BUILD");

    snprintf(path, sizeof(path), "%s/kilnd", build ? build : "build");
    return path;
}

/* Ends the test with what the server said last. */
static void give_up(const struct kilnd *kilnd, const char *what, const char *detail)
{
    char log[160];
    size_t length;

    snprintf(log, sizeof(log), "%s/kilnd.log", kilnd->data);
    char *said = file_text(log, &length);
    ck_abort_msg("%s %s\n%s", what, detail, said + (length > 4000 ? length - 4000 : 0));
}

void kilnd_prepare(struct kilnd *kilnd)
{
    *kilnd = (struct kilnd){ .errors = -1 };
    strcpy(kilnd->data, "/tmp/kiln-scenario-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(kilnd->data));
    ck_assert_int_eq(chmod(kilnd->data, 0755), 0);
}

void kilnd_start(struct kilnd *kilnd, const char *workers)
{
    int pipes[2];
    char log[160], line[256] = "";

    snprintf(log, sizeof(log), "%s/kilnd.log", kilnd->data);
    kilnd->errors = open(log, O_CREAT | O_RDWR | O_APPEND, 0600);
    ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
    kilnd->process = fork();
    if (kilnd->process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that fails leaves nothing running */
        dup2(pipes[1], 1);
        dup2(kilnd->errors, 2);
        execl(binary(), "kilnd", "serve", "--listen", "127.0.0.1:0", "--data", kilnd->data, "--workers",
              workers, (char *)NULL);
        _exit(127);
    }
    close(pipes[1]);
    if (poll(&(struct pollfd){ .fd = pipes[0], .events = POLLIN }, 1, PATIENCE_S * 1000) != 1 ||
        read(pipes[0], line, sizeof(line) - 1) <= 0 || sscanf(line, "kilnd ready %63s", kilnd->url) != 1)
        give_up(kilnd, "kilnd did not get ready:", line);
    close(pipes[0]);
}

int kilnd_stop(struct kilnd *kilnd, int signal)
{
    int status = 0;

    ck_assert_int_eq(kill(kilnd->process, signal), 0);
    for (int i = 0; waitpid(kilnd->process, &status, WNOHANG) == 0; i++) {
        if (i == PATIENCE_S * 20)
            give_up(kilnd, "kilnd did not end after the signal", strsignal(signal));
        pause_ms(50);
    }
    kilnd->process = 0;
    close(kilnd->errors);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void kilnd_remove(struct kilnd *kilnd)
{
    char *printed = NULL;

    if (kilnd->process > 0)
        kilnd_stop(kilnd, SIGTERM);
    ck_assert(strncmp(kilnd->data, "/tmp/kiln-scenario-", 19) == 0);
    command(&printed, "rm -rf '%s'", kilnd->data);
    free(printed);
}

struct bytes {
    char *bytes;
    size_t length;
};

static size_t collect(char *bytes, size_t size, size_t count, void *context)
{
    struct bytes *all = context;

    all->bytes = realloc(all->bytes, all->length + size * count + 1);
    memcpy(all->bytes + all->length, bytes, size * count);
    all->length += size * count;
    all->bytes[all->length] = '\0';
    return size * count;
}

struct answer ask(const struct kilnd *kilnd, const char *method, const char *path, const char *body,
                  size_t length, const char *const *headers)
{
    struct bytes replied = { calloc(1, 1), 0 }, head = { calloc(1, 1), 0 };
    struct curl_slist *list = NULL;
    struct answer answer = { 0 };
    char url[2048];
    CURL *curl = curl_easy_init();

    snprintf(url, sizeof(url), "%s%s", kilnd->url, path);
    for (; headers && *headers; headers++)
        list = curl_slist_append(list, *headers);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)PATIENCE_S);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &replied);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &head);
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    CURLcode code = curl_easy_perform(curl);
    ck_assert_msg(code == CURLE_OK, "%s %s: %s", method, path, curl_easy_strerror(code));
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_slist_free_all(list);
    curl_easy_cleanup(curl);
    answer.body = replied.bytes;
    answer.length = replied.length;
    answer.headers = head.bytes;
    answer.json = cJSON_ParseWithLength(replied.bytes, replied.length);
    return answer;
}

struct answer ask_json(const struct kilnd *kilnd, const char *method, const char *path, const char *json)
{
    return ask(kilnd, method, path, json, strlen(json),
               (const char *[]){ "Content-Type: application/json", NULL });
}

struct answer ask_get(const struct kilnd *kilnd, const char *path)
{
    return ask(kilnd, "GET", path, NULL, 0, NULL);
}

void answer_free(struct answer *answer)
{
    cJSON_Delete(answer->json);
    free(answer->body);
    free(answer->headers);
    *answer = (struct answer){ 0 };
}

const char *json_text(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    return text ? text : "";
}

double json_number(const cJSON *object, const char *key)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

void job_submit(const struct kilnd *kilnd, const char *definition, char id[64])
{
    struct answer answer = ask_json(kilnd, "POST", "/v1/jobs", definition);

    ck_assert_msg(answer.status == 201, "submit: %ld %s", answer.status, answer.body);
    snprintf(id, 64, "%s", json_text(answer.json, "id"));
    answer_free(&answer);
}

cJSON *job_wait(const struct kilnd *kilnd, const char *id, const char *state)
{
    char path[128];
    struct answer answer = { 0 };

    snprintf(path, sizeof(path), "/v1/jobs/%s", id);
    for (int i = 0; i < PATIENCE_S * 10; i++) {
        answer_free(&answer);
        answer = ask_get(kilnd, path);
        bool terminal = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer.json, "terminal"));

        ck_assert_int_eq(answer.status, 200);
        if (state ? strcmp(json_text(answer.json, "state"), state) == 0 : terminal) {
            cJSON *job = answer.json;
            answer.json = NULL;
            answer_free(&answer);
            return job;
        }
        ck_assert_msg(!terminal, "the job ended as %s", answer.body);
        pause_ms(100);
    }
    give_up(kilnd, "the job never got to its state:", answer.body);
    return NULL;
}

/* A page ends where the commits of the moment end, perhaps in the middle of a row: its halves are put
 * together. */
static void append_row(cJSON *rows, cJSON *row)
{
    cJSON *last = rows->child ? rows->child->prev : NULL, *records, *record;

    if (!last || json_number(last, "iteration") != json_number(row, "iteration")) {
        cJSON_AddItemToArray(rows, row);
        return;
    }
    records = cJSON_GetObjectItemCaseSensitive(row, "records");
    while ((record = records->child)) {
        cJSON *all = cJSON_GetObjectItemCaseSensitive(last, "records");
        cJSON_DetachItemViaPointer(records, record);
        cJSON_DeleteItemFromObjectCaseSensitive(all, record->string);
        cJSON_AddItemToObject(all, record->string, record);
    }
    cJSON_Delete(row);
}

cJSON *job_log(const struct kilnd *kilnd, const char *id)
{
    cJSON *rows = cJSON_CreateArray();
    char path[512], after[256] = "";

    for (int page = 0; page < 10000; page++) {
        snprintf(path, sizeof(path), "/v1/jobs/%s/log?wait=30&limit=1000%s%s", id, *after ? "&after=" : "",
                 after);
        struct answer answer = ask_get(kilnd, path);
        ck_assert_msg(answer.status == 200, "log: %ld %s", answer.status, answer.body);
        bool complete = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer.json, "complete"));
        cJSON *more = cJSON_GetObjectItemCaseSensitive(answer.json, "rows");
        while (cJSON_GetArraySize(more))
            append_row(rows, cJSON_DetachItemFromArray(more, 0));
        snprintf(after, sizeof(after), "%s", json_text(answer.json, "next"));
        answer_free(&answer);
        if (complete)
            return rows;
    }
    ck_abort_msg("the log never got complete");
    return NULL;
}

char *file_text(const char *path, size_t *out_length)
{
    struct bytes all = { calloc(1, 1), 0 };
    FILE *file = fopen(path, "rb");
    char block[65536];
    size_t length;

    ck_assert_msg(file != NULL, "cannot open %s", path);
    while ((length = fread(block, 1, sizeof(block), file)))
        collect(block, 1, length, &all);
    fclose(file);
    if (out_length)
        *out_length = all.length;
    return all.bytes;
}

int command(char **out_printed, const char *format, ...)
{
    struct bytes all = { calloc(1, 1), 0 };
    char line[4096], block[4096];
    va_list arguments;
    size_t length;

    va_start(arguments, format);
    length = (size_t)vsnprintf(line, sizeof(line) - 6, format, arguments);
    va_end(arguments);
    ck_assert(length < sizeof(line) - 6);
    strcat(line, " 2>&1");
    FILE *pipe = popen(line, "r");
    ck_assert_ptr_nonnull(pipe);
    while ((length = fread(block, 1, sizeof(block), pipe)))
        collect(block, 1, length, &all);
    int status = pclose(pipe);
    *out_printed = all.bytes;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
