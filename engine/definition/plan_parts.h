/* engine/definition/plan_parts.h -- the parts of a plan that have a file of their own; see plan.h. */
#ifndef ENGINE_DEFINITION_PLAN_PARTS_H
#define ENGINE_DEFINITION_PLAN_PARTS_H

#include <cjson/cJSON.h>

#include "engine/definition/schedule.h"

/* A number; null for -1. */
cJSON *plan_number(int64_t number);

/* "memory_bytes" and "threads". */
void plan_add_needs(struct assembly *assembly, cJSON *plan, struct error_list *errors);
void plan_add_timetable(const struct schedule *schedule, cJSON *plan);
void plan_add_warnings(const struct assembly *assembly, const struct schedule *schedule, cJSON *plan);

/* ---- Warnings ---- */

/* All of them, with their places; codes[i] belongs to list.items[i]. */
struct warnings {
    struct error_list list;
    const char *codes[ERROR_LIST_MAX];
};
#define WARN(warnings, code, extension, ...) warnings_add((warnings), (code), (extension), __VA_ARGS__)
void warnings_add(struct warnings *warnings, const char *code, const struct extension *extension,
                  const char *format, ...) PRINTF_LIKE(4, 5);
/* Puts the newest one deeper into its extension: "variables/2". */
void warnings_place(struct warnings *warnings, const char *member);

/* About records: read before they are written, or written by nobody. */
void warn_of_records(const struct schedule *schedule, struct warnings *warnings);

/* About extensions that write over what others, or they themselves, have written. */
void warn_of_empty_aggregates(const struct schedule *schedule, struct warnings *warnings);
void warn_of_shared_names(const struct schedule *schedule, struct warnings *warnings);
/* About monitored values that cannot be aggregated over batches of different sizes. */
void warn_of_smaller_batches(const struct schedule *schedule, struct warnings *warnings);
/* About predicates on status entries that nobody writes. */
void warn_of_status(const struct schedule *schedule, struct warnings *warnings);

#endif
