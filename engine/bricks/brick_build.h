/* engine/bricks/brick_build.h -- for the authors of bricks: children, parameters, common errors. */
#ifndef ENGINE_BRICKS_BRICK_BUILD_H
#define ENGINE_BRICKS_BRICK_BUILD_H

#include "engine/bricks/brick.h"
#include "engine/bricks/initializable.h"

static inline const struct brick_type *brick_type_of(const struct component *component)
{
    return (const struct brick_type *)(const void *)component->type; /* `component` is its first member */
}

/* The one of that name in a list that may be NULL; NULL when there is none. */
const struct brick_method *brick_method_find(const struct brick_method *methods, const char *name);

/* Builds a child behind the others.  `name` NULL: the component's own, or the type's name in lower case; a
 * name that begins with # is put behind that.  NULL with an error in the list. */
struct brick *brick_add_child(struct brick *self, const struct component *component, const char *name,
                              struct error_list *errors);
/* The same with a type that no document names, its arguments all absent or preset. */
struct brick *brick_add_new(struct brick *self, const struct brick_type *type, const char *name,
                            struct error_list *errors);
/* Such a component, for the caller to complete: components, texts and lists are absent. */
struct component *brick_new_component(const struct brick *self, const struct brick_type *type);

/* Tells a child what `self` was told about biases, if it was told anything. */
void brick_push_use_bias(const struct brick *self, struct brick *child);

/* Declares weights or biases, to be filled by the brick's scheme for them.  False with an error in the list:
 * a dimension too large, a scheme that is missing or does not fit. */
bool brick_add_parameter(struct brick *self, const char *name, const struct shape *shape,
                         enum parameter_role role, struct error_list *errors);
/* Declares a parameter of any role with a scheme of its own, or with `start` everywhere when `scheme` is
 * NULL. */
bool brick_add_filled(struct brick *self, const char *name, const struct shape *shape,
                      enum parameter_role role, const struct component *scheme, double start,
                      struct error_list *errors);

/* Weights whose columns are drawn in `pieces` blocks, each as a matrix of its own. */
bool brick_add_pieces(struct brick *self, const char *name, const struct shape *shape, int64_t pieces,
                      struct error_list *errors);

/* Reports a dimension that is INTEGER_ABSENT, or each of the usual two. */
bool brick_need_dim(const struct brick *self, const char *member, int64_t dim, struct error_list *errors);
bool brick_need_dims(const struct brick *self, int64_t input_dim, int64_t output_dim,
                     struct error_list *errors);

/* Its own parameter as a node; `name` is one of those added. */
struct node *brick_parameter_node(const struct brick *self, struct graph *graph, const char *name,
                                  struct error *err);

/* Raises unless the last axis of x is `dim` long.  `member` names the argument: "input_dim". */
bool brick_check_last_axis(const struct node *x, int64_t dim, const char *member, struct error *err);

/* Takes one result out of a function that returns a node; false when it is NULL. */
static inline bool brick_result(struct brick_values *results, struct node *node)
{
    results->items[0] = node;
    results->count = 1;
    return node != NULL;
}

/* Auxiliary variables W_norm and b_norm, of an initializable brick with W and, unless use_bias is false, b.
 */
extern const struct brick_method parameter_norms[];

/* All children, one after the other, each on the results of the one before. */
bool brick_apply_children(struct brick *self, struct graph *graph, const struct brick_values *inputs,
                          struct brick_values *results, struct error *err);

#endif
