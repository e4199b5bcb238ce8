/* engine/tensor/team.h -- threads that work on one job together.
 *
 * A team has as many members as its job has threads: the thread that calls team_run is member 0, the others
 * are started with the team and joined with it.  Who waits, for others or for the next run, spins for a
 * moment, gives way to other threads some times, and then sleeps: what comes soon costs no system call.
 *
 * Members keep apart: one that finds itself on the processor of another moves to a third one, where it may.
 *
 * Work is split by counts alone (team_part), never by who is free: the same number of members gives the same
 * parts, and so the same bits.  One thread owns a team; a run does not begin another one. */
#ifndef ENGINE_TENSOR_TEAM_H
#define ENGINE_TENSOR_TEAM_H

#include <stdint.h>

#include "engine/base/error.h"

enum { TEAM_MEMBERS_MAX = 64 };

struct team;

/* 1 to TEAM_MEMBERS_MAX members.  NULL with err: a thread could not be started. */
struct team *team_start(size_t members, struct error *err);
void team_stop(struct team *team);            /* accepts NULL */
size_t team_members(const struct team *team); /* NULL: 1 */

/* Runs `work` once per member, all at once; returns when every one has ended.  What the caller wrote before
 * is seen by all, and what they wrote is seen by the caller afterwards.  `team` NULL: by the caller alone. */
typedef void team_fn(void *context, size_t member);
void team_run(struct team *team, team_fn *work, void *context);

/* Inside a run, by `member`: returns when all members have come here.  Every member has to come. */
void team_wait(struct team *team, size_t member);

/* Of `count` things member i of `members` takes those from begin to end - 1. */
struct part {
    int64_t begin, end;
};
struct part team_part(int64_t count, size_t members, size_t member);

#endif
