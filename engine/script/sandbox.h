/* engine/script/sandbox.h -- the closed Lua 5.4 state in which the functions of one job run.
 *
 * Nothing in it reaches a file, a clock, a process, an address, bytecode or another job; nothing can be
 * changed that a second function would see, save the tables that it is given to change.  Every call has a
 * budget of instructions, every state a cap on its memory; functions written in C charge the same budget
 * for the work they do.  Because some single instructions are slow (a remainder of huge reals, the number in
 * a long text), a call has a budget of processor time besides, which no honest one comes near.  Going over
 * any of them ends the call with ERROR_SCRIPT_BUDGET, every other failure is ERROR_SCRIPT; the state stays
 * usable.
 *
 * The same script and seed give the same results, because time can only end a call in an error: traversal is
 * in the order of the keys, texts of objects hold no addresses, `math.random` draws from the job's own
 * generator.
 *
 * One thread uses a state at a time; different states are independent. */
#ifndef ENGINE_SCRIPT_SANDBOX_H
#define ENGINE_SCRIPT_SANDBOX_H

#include "engine/base/error.h"
#include "engine/base/random.h"

enum {
    SCRIPT_SOURCE_BYTES_MAX = 16 * 1024,
    SCRIPT_MEMORY_BYTES_MAX = 16 * 1024 * 1024, /* of one state, all that it holds */
    SCRIPT_INSTRUCTIONS_MAX = 10 * 1000 * 1000, /* of one call from outside, with all that it calls */
    SCRIPT_CALL_MS_MAX = 750,     /* processor time of the same; the instructions alone take 30 to 200 */
    SCRIPT_TEXT_BYTES_MAX = 1024, /* of one text: single instructions look at whole texts, uncounted */
    SCRIPT_CALLS_MAX = 200,       /* calls inside each other */
    SCRIPT_VALUES_MAX = 250,      /* arguments of one call, results of unpack and byte */
};

struct script;

/* A state whose math.random is seeded with `seed`.  NULL with ERROR_MEMORY. */
struct script *script_new(uint32_t seed, struct error *err);
/* Accepts NULL.  Functions and tables of the state are released before. */
void script_free(struct script *script);

/* The generator behind math.random, to be saved and put back with the job. */
struct random_state *script_random(struct script *script);

/* Bytes that the state holds now, what can be collected included. */
size_t script_memory_bytes(const struct script *script);

#endif
