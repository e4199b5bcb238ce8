/* server/run_command.c -- see run_command.h. */
#include "server/run_command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/path.h"
#include "server/complain.h"
#include "server/definition_file.h"
#include "server/log_file.h"

/* What a run in the foreground writes to: a terminal and a folder. */
struct folder_sink {
    const char *folder;
    bool quiet;
    struct log_file *log;
    bool bar; /* a progress bar stands on the terminal's last line */
};

/* The only state that a signal handler can reach. */
static struct control foreground_control;
static volatile sig_atomic_t interrupts;

static void on_signal(int number)
{
    if (number == SIGINT && interrupts++ == 0) {
        control_stop(&foreground_control, STOP_EPOCH);
        return;
    }
    control_stop(&foreground_control, STOP_BATCH);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

static void clear_bar(struct folder_sink *sink)
{
    if (sink->bar)
        fputs("\r\033[K", stderr);
    sink->bar = false;
}

static bool sink_records(void *context, const struct sink_record *records, size_t count, struct error *err)
{
    struct folder_sink *sink = context;

    return log_file_records(sink->log, records, count, err);
}

static void sink_progress(void *context, const struct run_progress *progress)
{
    struct folder_sink *sink = context;

    log_file_progress(sink->log, progress->iterations_done);
}

static bool sink_output(void *context, const char *bytes, size_t length, struct error *err)
{
    struct folder_sink *sink = context;

    if (sink->quiet)
        return true;
    clear_bar(sink);
    if (fwrite(bytes, 1, length, stdout) != length || fflush(stdout) != 0)
        return RAISE_ERRNO(err, "could not write to standard output");
    return true;
}

static void sink_progress_bar(void *context, const char *line)
{
    struct folder_sink *sink = context;

    if (sink->quiet || !isatty(STDERR_FILENO))
        return;
    clear_bar(sink);
    if (line) {
        fputs(line, stderr);
        sink->bar = true;
    }
    fflush(stderr);
}

/* Makes the folders that a name like "first/best.tar" asks for. */
static bool make_folders(char *path, size_t from, struct error *err)
{
    for (char *slash = strchr(path + from, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool made = mkdir(path, 0777) == 0 || errno == EEXIST || RAISE_ERRNO(err, "could not make %s", path);
        *slash = '/';
        if (!made)
            return false;
    }
    return true;
}

static bool sink_place(void *context, const char *name, bool automatic, char out_file[PATH_MAX],
                       struct error *err)
{
    const struct folder_sink *sink = context;

    (void)automatic;
    return path_format(out_file, err, "%s/%s", sink->folder, name) &&
           make_folders(out_file, strlen(sink->folder) + 1, err);
}

static bool sink_find(void *context, const char *name, char out_file[PATH_MAX], struct error *err)
{
    if (!sink_place(context, name, false, out_file, err))
        return false;
    return access(out_file, R_OK) == 0 ||
           RAISE(err, ERROR_NOT_FOUND, NULL, "there is no checkpoint \"%s\"", name);
}

static int finish(const struct folder_sink *sink, enum run_outcome outcome, const struct error *err)
{
    static const char *const words[] = {
        [RUN_FINISHED] = "finished",       [RUN_NO_MORE_EPOCHS] = "finished: no more epochs",
        [RUN_INTERRUPTED] = "interrupted", [RUN_SUSPENDED] = "suspended",
        [RUN_CANCELLED] = "cancelled",
    };

    if (outcome == RUN_FAILED)
        return complain(err);
    if (!sink->quiet)
        fprintf(stderr, "kilnd: %s; the log and the checkpoints are in %s\n", words[outcome], sink->folder);
    return 0;
}

static int train(const struct definition *definition, struct folder_sink *folder)
{
    const struct sink sink = {
        .context = folder,
        .records = sink_records,
        .output = sink_output,
        .progress_bar = sink_progress_bar,
        .progress = sink_progress,
        .checkpoint_place = sink_place,
        .checkpoint_find = sink_find,
    };
    const struct run_options options = { .sink = &sink, .control = &foreground_control };
    const struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    struct error err = { 0 }, log_err = { 0 };
    enum run_outcome outcome = RUN_FAILED;
    struct run *run = run_new(definition, &options, &err);

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (run)
        outcome = run_train(run, &err);
    clear_bar(folder);
    run_free(run);
    if (!log_file_close(folder->log, outcome == RUN_FAILED ? &log_err : &err))
        outcome = RUN_FAILED;
    return finish(folder, outcome, &err);
}

static bool open_folder(struct folder_sink *sink, struct error *err)
{
    char path[PATH_MAX];

    if (path_format(path, err, "%s/log.jsonl", sink->folder) && make_folders(path, 1, err))
        sink->log = log_file_open(path, err);
    return sink->log != NULL;
}

/* FILE, and what the sink is told; false when there is no FILE or something that does not belong. */
static bool read_arguments(int count, char *const *arguments, const char **out_file,
                           struct folder_sink *out_sink)
{
    *out_file = NULL;
    for (int i = 0; i < count; i++) {
        const bool option = arguments[i][0] == '-' && arguments[i][1];

        if (strcmp(arguments[i], "--quiet") == 0)
            out_sink->quiet = true;
        else if (strcmp(arguments[i], "--out") == 0 && i + 1 < count)
            out_sink->folder = arguments[++i];
        else if (strncmp(arguments[i], "--out=", 6) == 0)
            out_sink->folder = arguments[i] + 6;
        else if (!option && !*out_file)
            *out_file = arguments[i];
        else
            return false;
    }
    return *out_file != NULL;
}

int run_command(int count, char *const *arguments)
{
    struct folder_sink folder = { .folder = "./kiln-out" };
    const char *file;
    struct definition *definition;
    struct error err = { 0 };
    int status = 1;

    if (!read_arguments(count, arguments, &file, &folder)) {
        fputs("usage: kilnd run FILE [--out DIR] [--quiet]\n", stderr);
        return 2;
    }
    definition = definition_file_read(file);
    if (!definition)
        return 1;
    if (open_folder(&folder, &err))
        status = train(definition, &folder);
    else
        complain(&err);
    definition_free(definition);
    return status;
}

int check_command(int count, char *const *arguments)
{
    struct definition *definition;
    struct text plan = { 0 };

    if (count != 1) {
        fputs("usage: kilnd check FILE\n", stderr);
        return 2;
    }
    definition = definition_file_read(arguments[0]);
    if (!definition)
        return 1;
    definition_plan(definition, &plan);
    puts(text_bytes(&plan));
    text_fini(&plan);
    definition_free(definition);
    return 0;
}
