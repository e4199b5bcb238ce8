/* tests/conformance/members.h -- the members that a case may have, in every spelling that is understood.
 *
 * A member that nobody reads may only describe, or may change what the case means: what is expected decides,
 * and the runner names the member on standard error and beside the difference. */
#ifndef TESTS_CONFORMANCE_MEMBERS_H
#define TESTS_CONFORMANCE_MEMBERS_H

#include <cjson/cJSON.h>

#include "tests/conformance/verdict.h"

/* The spellings of one member, the likeliest first; "~grad" is any name with these letters.  Ends in NULL. */
typedef const char *const spellings[];

/* What every case has besides: its name, its group, what is expected. */
extern spellings members_of_every_case;

/* The member that is spelled in one of these ways; NULL: none. */
const cJSON *member_of(const cJSON *object, const char *const *names);

/* The first member with numbers that is in none of the lists; NULL: none.  `lists` ends in NULL. */
const cJSON *member_besides(const cJSON *object, const char *const *const *lists);

/* Notes the first member of `object` that is in none of the lists.  `lists` ends in NULL; `where` says whose
 * member it is.  Anything but an object has no members. */
void members_note_unread(const cJSON *object, const char *const *const *lists, const char *where,
                         struct verdict *verdict);

/* Every object of a trace, from the case itself down to the actions of its extensions. */
void trace_note_unread(const cJSON *trace, struct verdict *verdict);

#endif
