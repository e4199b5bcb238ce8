/* server/datasets_list.c -- lists datasets: the stored ones, and among them those that ship with Kiln; see
 * datasets.h. */
#include "server/datasets.h"

#include <string.h>

struct listing {
    const struct datasets *datasets;
    size_t next;   /* of the shipped ones */
    int64_t count; /* still wanted */
    store_dataset_fn *each;
    void *context;
};

static void list_one(struct listing *listing, const struct dataset_row *row)
{
    if (listing->count-- > 0)
        listing->each(listing->context, row);
}

/* The shipped ones whose names come before `name`; NULL: all that are left. */
static void list_shipped(struct listing *listing, const char *name)
{
    const struct dataset_row *row;

    while ((row = datasets_shipped_at(listing->datasets, listing->next)) &&
           (!name || strcmp(row->name, name) <= 0)) {
        list_one(listing, row);
        listing->next++;
    }
}

static void list_stored(void *context, const struct dataset_row *row)
{
    list_shipped(context, row->name);
    list_one(context, row);
}

enum store_result datasets_list(const struct datasets *datasets, struct db *db, const char *project,
                                const char *after_name, int64_t limit, store_dataset_fn *each, void *context,
                                struct error *err)
{
    struct listing listing = { .datasets = datasets, .count = limit, .each = each, .context = context };
    const struct dataset_row *shipped;
    enum store_result result;

    while (after_name && (shipped = datasets_shipped_at(datasets, listing.next)) &&
           strcmp(shipped->name, after_name) <= 0)
        listing.next++;
    result = store_dataset_list(db, project, after_name, limit, list_stored, &listing, err);
    if (result == STORE_OK)
        list_shipped(&listing, NULL);
    return result;
}
