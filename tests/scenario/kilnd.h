/* tests/scenario/kilnd.h -- the real program under test: started in a folder of its own, spoken to over a
 * socket.
 *
 * Every function ends the test (ck_abort) when what it needs does not happen in time; waiting is always for
 * an event with a generous limit, never for a measured time. */
#ifndef TESTS_SCENARIO_KILND_H
#define TESTS_SCENARIO_KILND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <cjson/cJSON.h>

enum { PATIENCE_S = 240 }; /* with any one thing that has to happen */
void pause_ms(long ms);

struct kilnd {
    char data[128]; /* the data folder; kept between start and stop */
    char url[64];
    pid_t process;
    int errors; /* file that holds its standard error */
};

struct answer {
    long status;
    char *body; /* ends in a NUL */
    size_t length;
    char *headers;
    cJSON *json; /* NULL when the body is none */
};

void kilnd_prepare(struct kilnd *kilnd);                    /* makes the folder */
void kilnd_start(struct kilnd *kilnd, const char *workers); /* returns when it is ready */
int kilnd_stop(struct kilnd *kilnd, int signal); /* sends `signal`, waits, gives the exit status or -signal */
void kilnd_remove(struct kilnd *kilnd);          /* stops what runs, removes the folder */

/* method and path; `body` may be NULL; extra headers as "A: b" texts, ending in NULL. */
struct answer ask(const struct kilnd *kilnd, const char *method, const char *path, const char *body,
                  size_t length, const char *const *headers);
struct answer ask_json(const struct kilnd *kilnd, const char *method, const char *path, const char *json);
struct answer ask_get(const struct kilnd *kilnd, const char *path);
void answer_free(struct answer *answer);

/* Fails without quoting texts that are too long for a message. */
#define ck_assert_same_text(one, other)                                                                      \
    ck_assert_msg(strcmp((one), (other)) == 0, "%s and %s differ", #one, #other)

const char *json_text(const cJSON *object, const char *key);
double json_number(const cJSON *object, const char *key);

/* Submits a definition; gives the id. */
void job_submit(const struct kilnd *kilnd, const char *definition, char id[64]);
/* Waits until the job is in `state` (or any terminal one when NULL); gives the job, which the caller deletes.
 */
cJSON *job_wait(const struct kilnd *kilnd, const char *id, const char *state);
/* Follows the log with long polls until it is complete; gives all entries as {"iteration", "records"} rows.
 */
cJSON *job_log(const struct kilnd *kilnd, const char *id);

char *file_text(const char *path, size_t *out_length);
/* Runs a shell command; gives its exit status and what it printed (both streams). */
int command(char **out_printed, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
