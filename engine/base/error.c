/* engine/base/error.c -- see error.h. */
#include "engine/base/error.h"
