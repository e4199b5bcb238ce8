/* tests/bricks/net.h -- a brick in a graph of its own, with inputs that a test fills.
 *
 * Anything that fails fails the test that runs. */
#ifndef TESTS_BRICKS_NET_H
#define TESTS_BRICKS_NET_H

#include "engine/bricks/brick.h"
#include "engine/graph/function.h"
#include "tests/support/components.h"

enum { NET_INPUTS_MAX = 4, NET_ELEMENTS_MAX = 4096 };

struct net {
    struct components components;
    struct brick *brick; /* NULL: a test of costs */
    struct variables *variables;
    struct graph *graph;
    struct node *inputs[NET_INPUTS_MAX];
    struct batch_source sources[NET_INPUTS_MAX];
    size_t input_count;
};

void net_init(struct net *net, enum dtype real);
void net_mode(struct net *net, enum graph_mode mode); /* a new graph; before anything else */
void net_brick(struct net *net, const char *json);    /* called "top" */
/* An input "x0", "x1" ... holding smooth made-up numbers without ties. */
struct node *net_input(struct net *net, struct shape shape);
/* One of labels: the given integers. */
struct node *net_labels(struct net *net, struct shape shape, const int64_t *labels);
double *net_input_values(struct net *net, size_t index); /* of a float64 input */
void net_fill(struct net *net);                          /* memory of the parameters, with made-up numbers */
/* `net_fill` and the brick's result on one input. */
struct node *net_apply(struct net *net, struct node *x);

/* The value of a node; copied out, at most NET_ELEMENTS_MAX. */
int64_t net_value(struct net *net, struct node *node, double *out);
double net_scalar(struct net *net, struct node *node);

/* Compares the gradients of sum(node * made-up numbers) for all parameters and all real inputs with central
 * differences.  float64 only. */
void net_check_gradients(struct net *net, struct node *node);
/* The same gradients, in either dtype: copied out one behind the other, at most NET_ELEMENTS_MAX. */
int64_t net_gradients(struct net *net, struct node *node, double *out);
void net_fini(struct net *net);

#endif
