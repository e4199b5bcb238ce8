/* engine/definition/assembly.h -- the moving parts of one job, built from its definition.
 *
 * Reading a definition builds them once, without memory, to check that everything fits; a run builds them
 * again and lays the memory out.  One thread uses an assembly. */
#ifndef ENGINE_DEFINITION_ASSEMBLY_H
#define ENGINE_DEFINITION_ASSEMBLY_H

#include "engine/bricks/brick.h"
#include "engine/definition/definition.h"
#include "engine/extensions/extension.h"
#include "engine/data/transformer.h"
#include "engine/script/main_loop_view.h"
#include "engine/script/sandbox.h"
#include "engine/tensor/team.h"
#include "engine/training/main_loop.h"

/* What a job is connected to; all NULL for a check. */
struct assembly_ports {
    const struct sink *sink;
    struct control *control;
    const struct clock *clock;
    bool (*autosave)(void *context, struct error *err);
    void *autosave_context;
};

/* A graph, and the names that expressions see in it. */
struct assembly_graph {
    struct graph *graph;
    struct expression_names names;
    struct expression_source *sources; /* of `names` */
    struct expression_scope *scope;
};

struct assembly {
    const struct definition *definition;
    struct assembly_ports ports;
    enum dtype real;
    struct team *team;             /* of a job with several threads that is going to run; NULL */
    bool plan;                     /* no memory for batches and parameters is going to be needed */
    struct json_document document; /* of extensions that are bound while others are built */
    struct variables *variables;
    struct brick **bricks; /* in the order of the definition */
    size_t brick_count;
    struct data_stream *stream;         /* the one that is trained on */
    struct data_stream **others;        /* one more of each defined stream, for monitoring */
    struct evaluated_stream *evaluated; /* the same with their names, for checkpoints */
    struct assembly_graph training, evaluation;
    struct script *script;
    struct script_log_port log_port;
    struct script_model_port model_port;
    struct script_algorithm_port algorithm_port;
    struct script_main_loop_port main_loop_port;
    struct data_functions data_functions; /* of transformers, in the same state */
    struct log *log;
    struct algorithm *algorithm;
    struct assembly_live *lives;           /* hyper-parameters that are monitored */
    struct expression_gradients gradients; /* of the algorithm; NULL functions before there is one */
    struct extension_context context;      /* what extensions see of all this */
    struct extension **extensions;
    struct training_extension **listed; /* the same, for the main loop */
    size_t extension_count;
    char numeric_profile[160]; /* of the engine, and the number of threads */
    struct main_loop_identity identity;
    struct main_loop loop;
};

/* NULL with everything that is wrong reported.  `errors` may hold what was found before: parts that are known
 * to be wrong are left out, and nothing is said that only follows from that. */
struct assembly *assembly_new(const struct definition *definition, const struct assembly_ports *ports,
                              bool plan, struct error_list *errors);
void assembly_free(struct assembly *assembly); /* accepts NULL */

/* Lays out the memory and draws the start values of parameters and shared variables. */
bool assembly_initialize(struct assembly *assembly, struct error *err);

/* ---- pieces, each in a file of its own ---- */

/* The streams, and the two graphs with the sources that they deliver. */
bool assembly_build_streams(struct assembly *assembly, struct error_list *errors);
bool assembly_build_graphs(struct assembly *assembly, struct error_list *errors);
/* The algorithm. */
bool assembly_build_algorithm(struct assembly *assembly, struct error_list *errors);
/* "algorithm.total_gradient_norm" and its like, in the training graph. */
bool assembly_names_algorithm(const char *name);
struct node *assembly_algorithm_node(struct assembly *assembly, const char *name, struct error *err);
/* "algorithm.step_rule.learning_rate" and its like, in either graph. */
bool assembly_names_live(const struct assembly *assembly, const char *name);
struct node *assembly_live_node(struct assembly *assembly, const char *name, bool training,
                                struct error *err);
/* Once there is memory, before functions are compiled. */
void assembly_resolve_lives(struct assembly *assembly);
void assembly_free_lives(struct assembly *assembly);
/* What extensions can ask for; the extensions. */
void assembly_open_context(struct assembly *assembly);
bool assembly_build_extensions(struct assembly *assembly, struct error_list *errors);

/* Whether an error has been reported at `pointer` or below. */
bool errors_below(const struct error_list *errors, const char *pointer);

#endif
