/* engine/training/profile.c -- see profile.h. */
#include "engine/training/profile.h"

static const char *const names[] = {
#define X(section, name) [section] = name,
    PROFILE_SECTIONS(X)
#undef X
};

const char *profile_section_name(enum profile_section section)
{
    return names[section];
}
