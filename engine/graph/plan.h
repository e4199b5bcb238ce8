/* engine/graph/plan.h -- inside a function: values, steps, memory; for the files that compile and run it.
 *
 * Compiling goes in stages, one file each: outputs.c tells what is wanted, collect.c finds the applications
 * and orders them, fuse.c groups the elementwise ones, storage.c decides where every value lies, lifetimes.c
 * for how long, memory_plan.c packs the arena.  At run time infer.c follows the shapes of the batch, share.c
 * shares the steps among the threads of the job, share_waits.c tells where these wait, hand_over.c hands
 * results to the taker, fused.c runs the groups, function.c drives. */
#ifndef ENGINE_GRAPH_PLAN_H
#define ENGINE_GRAPH_PLAN_H

#include "engine/base/arena.h"
#include "engine/graph/function.h"
#include "engine/graph/node.h"
#include "engine/tensor/team.h"

enum { NEVER = -1, ALWAYS = INT32_MAX, FUSED_APPLICATIONS_MAX = 24 };

/* Memory in the arena that belongs to one or, one after the other, to several values. */
struct buffer {
    size_t bytes, offset;
    int first, last; /* the steps during which it is in use, inclusive */
    int readers;     /* how many operands of steps lie in it */
};

enum storage {
    STORAGE_NONE, /* only its shape matters */
    STORAGE_ARENA,
    STORAGE_FIXED,  /* a variable, a constant, memory of somebody else, a destination */
    STORAGE_SOURCE, /* in the batch */
    STORAGE_VIEW,   /* inside `root` */
};

struct value {
    const struct node *node;
    struct tensor tensor; /* of the present batch */
    enum storage storage;
    int buffer;           /* index of its buffer, STORAGE_ARENA */
    struct value *parent; /* STORAGE_VIEW: operand 0 of the application that made it */
    bool is_output;       /* kept to the end of the call */
};

/* A group of elementwise applications that run as one pass: see fused.h. */
struct fused;

struct step {
    const struct apply *apply; /* the application, or the last one of the group */
    struct fused *fused;       /* NULL: a plain operation */
    struct call call;
    int scratch_buffer; /* NEVER: none */
    bool is_static;     /* depends on shapes and constants alone: runs when the shapes change */
    /* Of functions that run on a team, for the present shapes. */
    struct sharing sharing;
    struct share *shares; /* by member; NULL: one thread calls */
    bool waits;           /* members wait for each other before it */
    bool reads_source;
    /* Its result is this output of those that are taken, as soon as it is made if `takes`; NEVER: of none. */
    int taken;
    bool takes;
    /* Of a sum of squares of what step `follows` hands over: this adds up `squares`, one for each member, of
     * the pieces while they are in the cache.  NEVER: it reads its operand. */
    int follows;
    double *squares; /* NULL: nobody wants them */
};

struct source {
    const char *name;
    struct value *value;
};

struct function {
    struct arena arena; /* of everything below but the results themselves */
    struct graph *graph;
    const struct kernels *kernels;
    bool poison, plan_only;

    struct value *values; /* one per node in use, in the order of their making */
    size_t value_count;
    struct value **value_of; /* by index of the node; NULL: not in use */

    /* Applications in order: `inferred` all whose shapes matter, `run` those that also compute. */
    struct apply **inferred;
    size_t inferred_count;
    int *place_of;          /* by index of the application: its place in `inferred`, or NEVER */
    bool *runs, *is_static; /* by place in `inferred` */
    int *group; /* by place in `inferred`: place of the last application of its group; NEVER: not elementwise
                 */

    struct step *steps;
    size_t step_count;
    struct buffer *buffers;
    size_t buffer_count;
    void *memory;
    size_t memory_bytes;

    struct source *sources;
    size_t source_count;
    struct node **outputs;
    const struct tensor **destinations; /* by output; NULL: anywhere */
    size_t output_count;
    struct update *updates;
    size_t update_count;
    struct function_taker taker; /* of no outputs: nothing is handed over */
    bool *taken_last;            /* by output that is taken: behind all steps */
    bool takes_last, takes_some; /* some are; some step so far hands its result over */
    bool begins;                 /* some operation has to be told when a call begins */
    bool shapes_known;           /* the values have the shapes of the last batch */

    struct team *team;       /* NULL: one thread calls */
    size_t scratch_bytes;    /* of one member, for any step; in steps' scratch one after the other */
    struct access *accesses; /* for share_waits.c: what was read and written since members last waited */
    size_t access_count;
    struct error *errors; /* by member */
    _Atomic bool failed;
};

/* What a fill, or a fill of a fill, broadcasts; other nodes themselves. */
const struct node *node_through_fill(const struct node *node);
/* What `node` shows all of, in another shape; other nodes themselves. */
const struct node *node_written_whole(const struct node *node);
/* Where the result `node` is to be written by wish of one of the first `outputs` outputs; NULL: anywhere. */
const struct tensor *plan_destination(const struct function *function, const struct node *node,
                                      size_t outputs);
struct value *function_value(const struct function *function, const struct node *node);
/* The value whose memory this one lies in: itself, unless it is a view. */
struct value *value_root(struct value *value);
/* Points a value, when it is a view, to where its parent is now. */
void value_follow(struct value *value);

/* Stages; false with err. */
bool plan_outputs(struct function *function, struct node *const *outputs, size_t count,
                  const struct function_options *options, struct error *err);
void plan_collect(struct function *function);
void plan_fuse(struct function *function);
bool plan_storage(struct function *function, size_t bytes_max, struct error *err);

/* A buffer of its own, in use from step `first` to step `last`; gives its index. */
int plan_add_buffer(struct function *function, size_t bytes, int first, int last);

/* When buffers are in use, now that all steps are known; results take over what their operands leave. */
void plan_lifetimes(struct function *function);

/* Finds out which outputs can be taken as soon as they are made. */
void plan_hand_over(struct function *function);
/* For the present shapes, before steps are placed; then, when its sharing is known, whether a step hands its
 * result over. */
void hand_over_begin(struct function *function);
void hand_over_place_step(struct function *function, struct step *step);
void hand_over_place_alone(struct function *function); /* all steps, for one thread */
/* What a member does of a step: makes parts `part` of the result, and hands them over where that is its way,
 * some at a time if they can be made so; `call` as for all of these parts. */
bool hand_over_run(const struct function *function, const struct step *step, size_t member,
                   const struct call *call, struct part part, struct error *err);
/* A member's part of what is taken behind all steps. */
void hand_over_last(const struct function *function, size_t member);

/* Places buffers whose times overlap side by side; gives the bytes needed. */
size_t plan_memory(struct buffer *buffers, size_t count);

/* Shapes and views for the shapes that the sources have now; false when they do not fit. */
bool function_infer(struct function *function, struct error *err);

/* Room for what members need. */
void plan_shares(struct function *function);
/* After the shapes changed: who does what, and where members wait. */
void function_share(struct function *function);
/* After sources moved. */
void function_follow_sources(struct function *function);
/* How a step is shared, whether members wait before it, and which of its operands a member reads in part. */
struct sharing sharing_of(const struct function *function, const struct apply *apply);
void share_place_step(struct function *function, struct step *step);
void share_plan_waits(struct function *function);
bool operand_is_sliced(const struct step *step, size_t index, const struct shape *operand);
/* How many parts its result consists of, and some of them made; `call` as for these. */
int64_t step_parts(const struct step *step);
bool step_run_part(const struct step *step, const struct call *call, struct part part, struct error *err);
/* What one member does of a step. */
bool share_run(const struct function *function, const struct step *step, size_t member, struct error *err);
/* The operands of a step, views included; NULL where only the shape matters. */
size_t step_operand_count(const struct step *step);
struct value *step_operand(const struct function *function, const struct step *step, size_t index);

/* A group, given by its applications in order: those that `function->group` maps to `last`. */
struct fused *fused_new(struct function *function, size_t last);
size_t fused_scratch_bytes(const struct fused *fused);
void fused_prepare(struct fused *fused); /* after the shapes changed */
/* Elements begin to end - 1 of the result; begin is where a row of its first axis begins. */
void fused_run(const struct fused *fused, int64_t begin, int64_t end, void *scratch);
int64_t fused_elements(const struct fused *fused); /* of the result, for the present shapes */
/* The operands that a group reads. */
size_t fused_operand_count(const struct fused *fused);
struct value *fused_operand(const struct fused *fused, size_t index);
void fused_describe(const struct fused *fused, struct text *out);

#endif
