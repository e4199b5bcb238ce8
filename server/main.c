/* server/main.c -- the program: chooses the command; serve assembles everything, starts it, and stops it in
 * reverse order. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/http.h"
#include "api/routes.h"
#include "api/service.h"
#include "server/complain.h"
#include "server/dataset_import.h"
#include "server/migrate_offline.h"
#include "server/run_command.h"
#include "server/runtime.h"

extern char **environ;

static const char usage[] =
    "kilnd trains neural networks, in the manner of Blocks, as an HTTP service.\n"
    "\n"
    "  kilnd [serve]                             runs the service\n"
    "  kilnd run FILE [--out DIR] [--quiet]      trains one definition in the foreground\n"
    "  kilnd check FILE                          checks a definition and prints its plan\n"
    "  kilnd migrate                             brings the database to this version\n"
    "  kilnd --version, --help\n"
    "\n"
    "Settings of serve and migrate, each a flag and an environment variable:\n";

static bool read_config(int count, char *const *arguments, struct arena *arena, struct config *out)
{
    struct error_list errors = { 0 };
    bool read = config_read(count, arguments, environ, arena, out, &errors);

    for (size_t i = 0; i < errors.count; i++)
        complain(&errors.items[i]);
    error_list_fini(&errors);
    return read;
}

/* ---- serve ---- */

static void wake_readers(void *http, const char *job)
{
    http_wake(http, job);
}

/* What went wrong behind a reply is for the operator, not for the client. */
static void report_reply(void *context, const struct request *request, unsigned status,
                         const struct error *cause)
{
    struct journal *journal = context;
    const struct journal_field *fields =
        FIELDS(FIELD_TEXT("request", request->request_id), FIELD_TEXT("traceparent", request->traceparent),
               FIELD_INTEGER("status", status), FIELD_TEXT("code", error_code_name(cause->code)),
               FIELD_TEXT("error", cause->message), FIELD_TEXT("file", cause->file),
               FIELD_INTEGER("line", cause->line));

    if (status >= 500)
        journal_error(journal, "request failed", fields);
    else
        journal_debug(journal, "request refused", fields);
}

static void quit_now(int number)
{
    (void)number;
    _exit(1);
}

/* Threads are started with these signals blocked, so that only the main thread takes them. */
static sigset_t stop_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

/* Returns at the first signal; from then on another one ends the program at once. */
static void wait_for_signal(struct runtime *runtime)
{
    const struct timespec second = { 1, 0 };
    const struct sigaction quit = { .sa_handler = quit_now };
    sigset_t set = stop_signals();

    while (sigtimedwait(&set, NULL, &second) < 0)
        runtime_keep(runtime);
    sigaction(SIGINT, &quit, NULL);
    sigaction(SIGTERM, &quit, NULL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

enum { HTTP_DRAIN_MS = 5000 };

static bool serve(const struct config *config, struct journal *journal, struct error *err)
{
    struct runtime runtime;
    struct http *http;

    if (!runtime_start(&runtime, config, journal, err))
        return false;
    struct service service = { .pool = runtime.pool,
                               .datasets = runtime.datasets,
                               .checkpoints = runtime.checkpoint_files,
                               .feed = runtime.feed };
    struct http_options options = http_options_default;
    options.listen = config->listen_address;
    options.exchange = (struct exchange_context){ .service = &service,
                                                  .routes = routes,
                                                  .upload_folder = datasets_incoming_folder(runtime.datasets),
                                                  .tokens_needed = config->auth == CONFIG_AUTH_TOKENS,
                                                  .report = report_reply,
                                                  .report_context = journal };
    http = http_start(&options, err);
    if (http) {
        log_feed_listen(runtime.feed, wake_readers, http);
        printf("kilnd ready http://%s\n", http_address(http));
        fflush(stdout);
        journal_info(journal, "ready",
                     FIELDS(FIELD_TEXT("address", http_address(http)),
                            FIELD_TEXT("profile", engine_numeric_profile())));
        if (options.exchange.tokens_needed)
            journal_warning(journal, "nobody has an access token: all but /healthz and /readyz is refused",
                            NULL);
        wait_for_signal(&runtime);
        journal_info(journal, "draining", NULL);
        log_feed_listen(runtime.feed, NULL, NULL);
    }
    http_stop(http, HTTP_DRAIN_MS);
    runtime_stop(&runtime);
    return http;
}

static int serve_command(int count, char *const *arguments)
{
    struct arena arena = { 0 };
    struct config config;
    struct error err = { 0 };
    struct journal *journal;
    sigset_t set = stop_signals();
    int status = 2;

    if (!read_config(count, arguments, &arena, &config)) {
        arena_fini(&arena);
        return status;
    }
    signal(SIGPIPE, SIG_IGN);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    journal = journal_new(STDERR_FILENO, (enum journal_format)config.log_format, JOURNAL_INFO, &clock_system);
    status = serve(&config, journal, &err) ? 0 : complain(&err);
    journal_free(journal);
    arena_fini(&arena);
    return status;
}

/* ---- migrate ---- */

static int migrate_command(int count, char *const *arguments)
{
    struct arena arena = { 0 };
    struct config config;
    struct error err = { 0 };
    size_t applied = 0;
    int status = 2;

    if (read_config(count, arguments, &arena, &config))
        status = migrate_offline(&config, &applied, &err) ? 0 : complain(&err);
    if (status == 0)
        printf("kilnd: %zu %s applied; the database is up to date\n", applied,
               applied == 1 ? "migration" : "migrations");
    arena_fini(&arena);
    return status;
}

/* ---- about the program ---- */

static int version_command(int count, char *const *arguments)
{
    struct error err = { 0 };

    (void)count, (void)arguments;
    printf("kilnd %s\n", KILN_VERSION);
    if (!engine_start(NULL, &err))
        return complain(&err);
    printf("numeric profile: %s\nbuilt with: %s\n", engine_numeric_profile(), KILN_LIBRARIES);
    return 0;
}

static int help_command(int count, char *const *arguments)
{
    struct text settings = { 0 };

    (void)count, (void)arguments;
    config_describe(&settings);
    printf("%s%s", usage, text_bytes(&settings));
    text_fini(&settings);
    return 0;
}

static const struct {
    const char *name;
    int (*run)(int count, char *const *arguments);
} commands[] = {
    { "serve", serve_command },
    { "run", run_command },
    { "check", check_command },
    { "migrate", migrate_command },
    { "--version", version_command },
    { "--help", help_command },
    { "-h", help_command },
    { "help", help_command },
    { "import", dataset_import_command }, /* by the service itself: dataset_import.h */
};

int main(int count, char **arguments)
{
    char *const *rest = arguments + 1;

    if (count < 2)
        return serve_command(0, rest);
    for (size_t i = 0; i < COUNT(commands); i++)
        if (strcmp(arguments[1], commands[i].name) == 0)
            return commands[i].run(count - 2, rest + 1);
    if (strncmp(arguments[1], "--", 2) == 0)
        return serve_command(count - 1, rest);
    fprintf(stderr, "kilnd: there is no command \"%s\"; see kilnd --help\n", arguments[1]);
    return 2;
}
