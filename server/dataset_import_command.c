/* server/dataset_import_command.c -- the child of dataset_import.h. */
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/base/write_file.h"
#include "engine/data/file_map.h"
#include "engine/data/hdf5.h"
#include "engine/data/npy.h"
#include "server/dataset_import.h"
#include "server/dataset_import_format.h"

enum { CPU_S_MAX = 300, DESCRIPTORS_MAX = 3 };
#define MEMORY_BYTES_MAX (4 * (rlim_t)DATASET_BYTES_MAX)

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LIMIT_MEMORY = 0 }; /* their shadow is larger than any sensible limit */
#else
enum { LIMIT_MEMORY = 1 };
#endif

/* What a process that was led astray could use; and whatever crashes, ends: nobody reports it from inside,
 * where not even a file can be opened. */
static bool give_up_rights(struct error *err)
{
    static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    static const struct {
        int resource;
        rlim_t most;
    } limits[] = {
        { RLIMIT_CPU, CPU_S_MAX },
        { RLIMIT_FSIZE, (rlim_t)DATASET_BYTES_MAX + ((rlim_t)1 << 20) },
        { RLIMIT_CORE, 0 },
        { RLIMIT_NPROC, 0 },
        { RLIMIT_NOFILE, DESCRIPTORS_MAX },
        { RLIMIT_AS, MEMORY_BYTES_MAX },
    };

    for (size_t i = 0; i < COUNT(crashes); i++)
        signal(crashes[i], SIG_DFL);
    for (size_t i = 0; i < COUNT(limits) - (LIMIT_MEMORY ? 0 : 1); i++) {
        const struct rlimit limit = { limits[i].most, limits[i].most };

        if (setrlimit((__rlimit_resource_t)limits[i].resource, &limit) != 0)
            return RAISE_ERRNO(err, "could not limit resource %d", limits[i].resource);
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return RAISE_ERRNO(err, "could not give up privileges");
    return true;
}

static bool put(const void *bytes, size_t length)
{
    return write_all(STDOUT_FILENO, bytes, length);
}

static bool put_array(const char *source, const struct tensor *tensor, bool ragged)
{
    struct import_part part = { .ragged = ragged };
    struct text header = { 0 };
    bool good;

    npy_header_write(tensor->dtype, &tensor->shape, &header);
    snprintf(part.source, sizeof(part.source), "%s", source);
    part.bytes = header.length + tensor_bytes(tensor);
    good = put(&part, sizeof(part)) && put(header.bytes, header.length) &&
           put(tensor->data, tensor_bytes(tensor));
    text_fini(&header);
    return good;
}

static bool put_source(const struct source *source)
{
    return put_array(source->name, &source->array.tensor, source->offsets) &&
           (!source->offsets || put_array(source->name, &source->shapes.tensor, false));
}

static bool put_report(const struct error *err)
{
    struct import_report report = { .code = (int32_t)err->code };

    snprintf(report.message, sizeof(report.message), "%s", err->message);
    snprintf(report.hint, sizeof(report.hint), "%s", err->hint);
    return put(&report, sizeof(report));
}

static bool put_dataset(const struct dataset *dataset)
{
    bool good = put_report(&(struct error){ 0 });

    for (size_t i = 0; good && i < dataset->source_count; i++)
        good = put_source(&dataset->sources[i]);
    return good;
}

int dataset_import_command(int count, char *const *arguments)
{
    struct dataset *dataset = dataset_new();
    struct file_map map;
    struct error err = { 0 };
    bool good;

    (void)count, (void)arguments;
    good = file_map_open("/proc/self/fd/0", &map, &err) && give_up_rights(&err) &&
           hdf5_read(map.bytes, map.length, &IN_PLACE_NEVER, dataset, &err);
    good = good ? put_dataset(dataset) : put_report(&err);
    _exit(good ? 0 : 1); /* the library has nothing to tidy up that matters */
}
