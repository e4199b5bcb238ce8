/* engine/extensions/checkpoint_name.h -- how a checkpoint may be called. */
#ifndef ENGINE_EXTENSIONS_CHECKPOINT_NAME_H
#define ENGINE_EXTENSIONS_CHECKPOINT_NAME_H

/* A name inside the job's checkpoint store: no "/" at the front, no "..", nothing that is not printable. NULL
 * when all is well, else what is wrong ("must not begin with \"/\""). */
const char *checkpoint_name_problem(const char *name);

#endif
