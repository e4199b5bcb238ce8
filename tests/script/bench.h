/* tests/script/bench.h -- one state, and sources that are run in it in one line. */
#ifndef TESTS_SCRIPT_BENCH_H
#define TESTS_SCRIPT_BENCH_H

#include <check.h>

#include "engine/base/text.h"
#include "engine/script/function.h"
#include "engine/script/sandbox.h"
#include "engine/script/table.h"

struct script *bench_script(uint32_t seed);

/* Compiles `source` and calls it; false with err when either fails.  *out_text gets the first result as
 * Python would print it, to be freed. */
bool bench_run(struct script *script, const char *source, const struct script_argument *arguments,
               size_t count, char **out_text, struct error *err);

/* The printed result of a function that has to succeed. */
char *bench_text(struct script *script, const char *source);
/* Compares it; the message of a failure shows the source. */
void bench_expect(struct script *script, const char *source, const char *expected);
/* `source` has to fail with `code` and a message that holds `fragment`. */
void bench_refuse(struct script *script, const char *source, enum error_code code, const char *fragment);

#endif
