/* engine/script/function.h -- user functions: sources are checked, compiled once, and called with values.
 *
 * A source is one function, `function(n, old) return old * 0.999 end`, with or without `return` before it.
 * It sees its arguments and the sandbox (sandbox.h) only: global names cannot be assigned, and a function
 * has no variables that outlive a call, so that nothing escapes a checkpoint.
 *
 * Errors are ERROR_SYNTAX (of a source), ERROR_SCRIPT and ERROR_SCRIPT_BUDGET, with the place of the function
 * in the definition and the line inside the script in the message.  A function is used by the thread that
 * uses its state. */
#ifndef ENGINE_SCRIPT_FUNCTION_H
#define ENGINE_SCRIPT_FUNCTION_H

#include "engine/base/error.h"
#include "engine/base/value.h"
#include "engine/script/sandbox.h"

struct script_log_port;       /* log_view.h */
struct script_main_loop_port; /* main_loop_view.h */
struct script_table;          /* table.h */

struct script_signature {
    int parameters; /* named ones, `...` not counted */
    bool variadic;  /* takes `...` besides */
};

/* Whether a call with `count` arguments fits: no argument is lost, no named parameter is left without one. */
bool script_signature_takes(const struct script_signature *signature, int count);

/* Checks `source` without a job: grammar, one function, limits.  `out` may be NULL; `err` has no pointer. */
bool script_function_check(const char *source, struct script_signature *out, struct error *err);

/* The same as a callback of the binder (engine/definition/bind.h); reports at `path`.  `context` is not used.
 */
bool script_check_function(void *context, const char *source, const struct json_path *path,
                           struct error_list *errors);

struct script_function;

/* Compiles `source`.  `pointer` is its place in the definition ("/extensions/3/function"), copied into every
 * error of the function. */
struct script_function *script_function_new(struct script *script, const char *source, const char *pointer,
                                            struct error *err);
void script_function_free(struct script_function *function); /* accepts NULL; before its state */
const struct script_signature *script_function_signature(const struct script_function *function);
const char *script_function_source(const struct script_function *function);

/* ---- Functions that go into checkpoints ----
 *
 * Either the source, or, for a function that a script has made and given away (self:add_condition), a table
 * of the source of that function alone, the line on which it was written, and the plain values of the locals
 * from outside that it uses: they are its own from then on.  One of those locals can be `self`. */

/* The caller finishes `out`.  ERROR_SCRIPT when a local holds something that cannot be saved. */
bool script_function_save(const struct script_function *function, struct value *out, struct error *err);
/* `self` is borrowed until the state is freed.  ERROR_CORRUPT when `saved` is not that. */
struct script_function *script_function_load(struct script *script, const struct value *saved,
                                             const struct script_table *self, const char *pointer,
                                             struct error *err);

/* ---- Calls ---- */

/* What a function is called with.  Everything is borrowed for the time of the call; a port is borrowed until
 * the state is freed, because a script may keep it in its `self`. */
enum script_argument_kind { SCRIPT_VALUE, SCRIPT_LOG, SCRIPT_MAIN_LOOP, SCRIPT_TABLE };
struct script_argument {
    enum script_argument_kind kind;
    union {
        const struct value *value;         /* copied in */
        const struct script_log_port *log; /* a view that reads and writes */
        const struct script_main_loop_port *main_loop;
        const struct script_table *table; /* the table itself */
    };
};
#define SCRIPT_VALUE_ARGUMENT(pointer_to_value)                                                              \
    (struct script_argument)                                                                                 \
    {                                                                                                        \
        .kind = SCRIPT_VALUE, .value = (pointer_to_value)                                                    \
    }
#define SCRIPT_LOG_ARGUMENT(port)                                                                            \
    (struct script_argument)                                                                                 \
    {                                                                                                        \
        .kind = SCRIPT_LOG, .log = (port)                                                                    \
    }
#define SCRIPT_MAIN_LOOP_ARGUMENT(port)                                                                      \
    (struct script_argument)                                                                                 \
    {                                                                                                        \
        .kind = SCRIPT_MAIN_LOOP, .main_loop = (port)                                                        \
    }
#define SCRIPT_TABLE_ARGUMENT(pointer_to_table)                                                              \
    (struct script_argument)                                                                                 \
    {                                                                                                        \
        .kind = SCRIPT_TABLE, .table = (pointer_to_table)                                                    \
    }

/* Calls and copies the first `result_count` results out; missing ones are VALUE_NONE.  On failure nothing is
 * handed out.  The caller finishes the results with value_fini. */
bool script_function_call(struct script_function *function, const struct script_argument *arguments,
                          size_t argument_count, struct value *out_results, size_t result_count,
                          struct error *err);

/* The first result has to be a number; NaN and infinities are numbers. */
bool script_function_call_real(struct script_function *function, const struct script_argument *arguments,
                               size_t argument_count, double *out, struct error *err);

/* Lua's truth of the first result: everything but nil and false. */
bool script_function_call_truth(struct script_function *function, const struct script_argument *arguments,
                                size_t argument_count, bool *out, struct error *err);

#endif
