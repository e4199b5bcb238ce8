/* tests/support/every_type.h -- a table of cases that forgets no type of a family. */
#ifndef TESTS_SUPPORT_EVERY_TYPE_H
#define TESTS_SUPPORT_EVERY_TYPE_H

#include <check.h>
#include <string.h>

#include "engine/base/param.h"

/* Fails when a type of the family has less than `least` or more than `most` cases.  A case is a struct whose
 * first member, `type`, names what it is about. */
#define EVERY_TYPE_HAS_CASES(family, cases, least, most)                                                     \
    every_type_has_cases(&(family), &(cases)[0].type, COUNT(cases), sizeof(cases)[0], (least), (most))

static inline void every_type_has_cases(const struct family *family, const char *const *type, size_t count,
                                        size_t case_bytes, size_t least, size_t most)
{
    for (size_t i = 0; family->types[i]; i++) {
        size_t found = 0;

        for (size_t k = 0; k < count; k++)
            found += strcmp(*(const char *const *)((const char *)type + k * case_bytes),
                            family->types[i]->name) == 0;
        ck_assert_msg(found >= least && found <= most, "%s has %zu cases", family->types[i]->name, found);
    }
}

#endif
