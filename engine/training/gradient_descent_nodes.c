/* engine/training/gradient_descent_nodes.c -- gradients and steps as nodes; see gradient_descent.h. */
#include <string.h>

#include "engine/training/gradient_descent_internal.h"

static bool find(const struct gradient_descent *self, const char *path, size_t *out, struct error *err)
{
    for (size_t i = 0; i < self->count; i++) {
        if (strcmp(self->variables[i]->name, path) == 0) {
            *out = i;
            return true;
        }
    }
    return RAISE(err, ERROR_UNKNOWN_NAME, NULL, "\"%s\" is no parameter that is trained", path);
}

struct node *gradient_descent_gradient(struct algorithm *algorithm, const char *path, struct error *err)
{
    struct gradient_descent *self = gradient_descent_of(algorithm);
    size_t index = 0;

    return find(self, path, &index, err) ? self->gradients[index] : NULL;
}

static struct node *step_node(struct gradient_descent *self, size_t index, struct error *err)
{
    struct text name = { 0 };

    if (self->step_nodes[index])
        return self->step_nodes[index];
    text_format(&name, "step(%s)", self->variables[index]->name);
    self->step_nodes[index] = node_external(self->options.graph, text_bytes(&name), &self->steps[index], err);
    text_fini(&name);
    return self->step_nodes[index];
}

struct node *gradient_descent_step(struct algorithm *algorithm, const char *path, struct error *err)
{
    struct gradient_descent *self = gradient_descent_of(algorithm);
    size_t index = 0;

    return find(self, path, &index, err) ? step_node(self, index, err) : NULL;
}

struct node *gradient_descent_total_gradient_norm(struct algorithm *algorithm, struct error *err)
{
    struct gradient_descent *self = gradient_descent_of(algorithm);

    return node_l2_norm(self->options.graph, self->gradients, self->count, err);
}

struct node *gradient_descent_total_step_norm(struct algorithm *algorithm, struct error *err)
{
    struct gradient_descent *self = gradient_descent_of(algorithm);

    for (size_t i = 0; i < self->count; i++)
        if (!step_node(self, i, err))
            return NULL;
    return node_l2_norm(self->options.graph, self->step_nodes, self->count, err);
}

bool gradient_descent_looks_at_steps(const struct gradient_descent *self, const struct node *node)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->step_nodes[i] && node_depends_on(node, self->step_nodes[i]))
            return true;
    return false;
}
