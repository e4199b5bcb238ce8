/* engine/base/component_report.h -- errors of components that are bound already.
 *
 * A binder descends with struct json_path; what is found later (across members, across components) is
 * placed by the component's own pointer. */
#ifndef ENGINE_BASE_COMPONENT_REPORT_H
#define ENGINE_BASE_COMPONENT_REPORT_H

#include "engine/base/error.h"
#include "engine/base/param.h"

/* Adds an error at `member` of `component`, or at the component itself when `member` is NULL; always
 * false.  `member` may go deeper: "variables/2". */
#define REPORT_AT(list, code, component, member, ...)                                                        \
    component_report((list), (code), (component), (member), __FILE__, __LINE__, __VA_ARGS__)
bool component_report(struct error_list *list, enum error_code code, const struct component *component,
                      const char *member, const char *file, int line, const char *format, ...)
    PRINTF_LIKE(7, 8);

#endif
