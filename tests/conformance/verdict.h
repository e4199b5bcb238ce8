/* tests/conformance/verdict.h -- how a case ended. */
#ifndef TESTS_CONFORMANCE_VERDICT_H
#define TESTS_CONFORMANCE_VERDICT_H

#include <stdbool.h>

enum outcome { CASE_OK, CASE_NOT_OK, CASE_SKIPPED };

struct verdict {
    enum outcome outcome;
    int difference;    /* number of the deliberate difference that decided; 0: none */
    char reason[1024]; /* of a case that is not ok or skipped */
    char unread[200];  /* the first member of the case that nobody reads; "": none */
};

/* The first reason stays; false. */
bool verdict_fail(struct verdict *verdict, const char *format, ...) __attribute__((format(printf, 2, 3)));
void verdict_skip(struct verdict *verdict, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
