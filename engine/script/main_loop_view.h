/* engine/script/main_loop_view.h -- the main loop as a Lua function sees it: self.main_loop.
 *
 *   main_loop.log, main_loop.status                      log_view.h; status is log.status
 *   main_loop.model.get('/mlp/linear_0.W')               nested lists, of the parameter's shape; a scalar is
 * a number main_loop.model.set('/mlp/linear_0.b', {0, 0, 0})    lists of exactly that shape for path in
 * pairs(main_loop.model) do ... end main_loop.algorithm.step_rule.learning_rate = 0.1    hyper-parameters
 * that can change while a job runs main_loop.algorithm.step_rule.components[1].threshold
 *
 * Paths are those of the definition: components are counted from 0.  main_loop.model:get(path) is the same.
 */
#ifndef ENGINE_SCRIPT_MAIN_LOOP_VIEW_H
#define ENGINE_SCRIPT_MAIN_LOOP_VIEW_H

#include "engine/base/error.h"
#include "engine/script/log_view.h"
#include "engine/tensor/tensor.h"

struct script_model_port {
    void *context;
    /* The memory of a parameter, to be read and written; NULL when there is none of that path. */
    const struct tensor *(*parameter)(void *context, const char *path);
    /* Path of parameter number `index`; NULL at the end. */
    const char *(*path)(void *context, size_t index);
};

struct script_algorithm_port {
    void *context;
    /* The hyper-parameter at "step_rule.learning_rate"; false when there is none. */
    bool (*get)(void *context, const char *path, double *out);
    bool (*set)(void *context, const char *path, double value, struct error *err); /* of one that exists */
};

/* A member that is NULL is absent for scripts. */
struct script_main_loop_port {
    const struct script_log_port *log;
    const struct script_model_port *model;
    const struct script_algorithm_port *algorithm;
};

#endif
