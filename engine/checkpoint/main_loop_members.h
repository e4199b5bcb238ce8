/* engine/checkpoint/main_loop_members.h -- what the members of a saved main loop are called.
 *
 * Saving and loading read the same names.  The manifest has its own, see manifest.h. */
#ifndef ENGINE_CHECKPOINT_MAIN_LOOP_MEMBERS_H
#define ENGINE_CHECKPOINT_MAIN_LOOP_MEMBERS_H

#define STATUS_MEMBER "_main_loop/status.json"
#define LOG_MEMBER "_main_loop/log.json"
#define RANDOM_MEMBER "_main_loop/random.json"
#define STREAM_MEMBER "_main_loop/stream.json"
#define PROFILE_MEMBER "_main_loop/profile.json"
#define EXTENSION_MEMBER "_main_loop/extensions/%zu.json" /* by its place among the extensions */
#define STATE_MEMBER "_main_loop/algorithm/%s.npy"        /* by its name, as parameter_to_member writes it */

/* In front of the names of states: shared variables that are no parameters, and parameters that
 * `_parameters` leaves out. */
#define STATE_SHARED "shared."
#define STATE_PARAMETER "parameter."

#endif
