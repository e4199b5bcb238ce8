/* tests/conformance/members.h -- the members that a case may have, in every spelling that is understood.
 *
 * A member that nobody reads would change what a case means without anybody noticing: it fails the case. */
#ifndef TESTS_CONFORMANCE_MEMBERS_H
#define TESTS_CONFORMANCE_MEMBERS_H

#include <cjson/cJSON.h>

#include "tests/conformance/verdict.h"

/* The spellings of one member; ends in NULL. */
typedef const char *const spellings[];

/* What every case has besides: its name, its group, what is expected. */
extern spellings members_of_every_case;

/* The member that is spelled in one of these ways; NULL: none. */
const cJSON *member_of(const cJSON *object, const char *const *names);

/* Every member of `object` is in one of the lists; else the verdict names the first that is not.  `lists`
 * ends in NULL; `where` says whose member it is.  Anything but an object has no members. */
bool members_are_known(const cJSON *object, const char *const *const *lists, const char *where,
                       struct verdict *verdict);

/* Every object of a trace, from the case itself down to the actions of its extensions. */
bool trace_members_are_known(const cJSON *trace, struct verdict *verdict);

#endif
