/* engine/data/hdf5.c -- see hdf5.h. */
#include "engine/data/hdf5.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/data/hdf5_source.h"
#include "engine/data/printable.h"

/* libhdf5 keeps everything that it knows in one place. */
static pthread_mutex_t library = PTHREAD_MUTEX_INITIALIZER;

void hdf5_lock(void)
{
    pthread_mutex_lock(&library);
}

void hdf5_unlock(void)
{
    pthread_mutex_unlock(&library);
}

static const unsigned char signature[] = { 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n' };

bool hdf5_guess(const void *bytes, size_t length)
{
    return length >= sizeof(signature) && memcmp(bytes, signature, sizeof(signature)) == 0;
}

/* ---- the file in memory: the library gets our bytes to read, and copies nothing ---- */

static void *image_malloc(size_t size, H5FD_file_image_op_t operation, void *context)
{
    (void)size;
    (void)operation;
    return ((struct hdf5_file *)context)->bytes;
}

static void *image_memcpy(void *to, const void *from, size_t size, H5FD_file_image_op_t operation,
                          void *context)
{
    (void)from;
    (void)size;
    (void)operation;
    (void)context;
    return to;
}

static void *image_realloc(void *memory, size_t size, H5FD_file_image_op_t operation, void *context)
{
    (void)memory;
    (void)size;
    (void)operation;
    (void)context;
    return NULL; /* nobody writes */
}

static herr_t image_free(void *memory, H5FD_file_image_op_t operation, void *context)
{
    (void)memory;
    (void)operation;
    (void)context;
    return 0;
}

static void *image_share(void *context)
{
    return context;
}

static herr_t image_unshare(void *context)
{
    (void)context;
    return 0;
}

static hid_t open_image(struct hdf5_file *file)
{
    H5FD_file_image_callbacks_t callbacks = { image_malloc, image_memcpy,  image_realloc, image_free,
                                              image_share,  image_unshare, file };
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t opened = H5I_INVALID_HID;

    if (access >= 0 && H5Pset_fapl_core(access, 65536, false) >= 0 &&
        H5Pset_file_image_callbacks(access, &callbacks) >= 0 &&
        H5Pset_file_image(access, file->bytes, file->length) >= 0)
        opened = H5Fopen("upload", H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return opened;
}

void hdf5_file_unref(struct hdf5_file *file)
{
    if (--file->users > 0)
        return;
    if (file->opened >= 0)
        H5Fclose(file->opened);
    free(file);
    H5garbage_collect();
}

/* ---- what is at the root ---- */

struct reading {
    struct hdf5_file *file;
    struct dataset *dataset;
    struct error *err;
};

static bool read_object(hid_t object, const char *name, struct hdf5_file *file, struct dataset *dataset,
                        struct error *err)
{
    struct error why = { 0 };

    if (H5Iget_type(object) != H5I_DATASET || hdf5_is_scale(object))
        return true;
    if (!source_name_check(name, err))
        return false;
    if (hdf5_source_read(object, name, file, dataset, &why))
        return true;
    *err = why;
    return error_prefix(err, "source \"%s\"", name);
}

static herr_t read_link(hid_t group, const char *name, const H5L_info_t *link, void *context)
{
    struct reading *reading = context;
    bool good;
    hid_t object;

    if (link->type != H5L_TYPE_HARD)
        return 0;
    object = H5Oopen(group, name, H5P_DEFAULT);
    if (object < 0) {
        char shown[PRINTABLE_BYTES];

        RAISE(reading->err, ERROR_SYNTAX, NULL, "the object \"%s\" of the HDF5 file cannot be read",
              printable(name, strlen(name), shown));
        return -1;
    }
    good = read_object(object, name, reading->file, reading->dataset, reading->err);
    H5Oclose(object);
    return good ? 0 : -1;
}

static bool read_sources(struct hdf5_file *file, struct dataset *dataset, struct error *err)
{
    struct reading reading = { file, dataset, err };

    *err = (struct error){ 0 };
    if (H5Literate(file->opened, H5_INDEX_NAME, H5_ITER_INC, NULL, read_link, &reading) < 0)
        return err->code == ERROR_NONE
                   ? RAISE(err, ERROR_SYNTAX, NULL, "the contents of the HDF5 file cannot be listed")
                   : false;
    if (dataset->source_count == 0)
        return RAISE(err, ERROR_INVALID_VALUE, NULL, "the HDF5 file has no datasets at its root");
    return true;
}

bool hdf5_read(const void *bytes, size_t length, const struct in_place *in_place, struct dataset *dataset,
               struct error *err)
{
    struct hdf5_file *file = memory_new(1, sizeof(*file));
    bool good;

    *file = (struct hdf5_file){
        .bytes = (void *)(uintptr_t)bytes, .length = length, .in_place = *in_place, .users = 1
    };
    hdf5_lock();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* errors are ours to tell */
    H5PLset_loading_state(0);              /* filters are never loaded from files */
    file->opened = open_image(file);
    good = file->opened >= 0 ? read_sources(file, dataset, err)
                             : RAISE(err, ERROR_SYNTAX, NULL, "the HDF5 file is damaged or incomplete");
    hdf5_file_unref(file);
    hdf5_unlock();
    return good;
}
