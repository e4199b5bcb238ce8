/* tests/tensor/test_team.c -- threads that work on one job together. */
#include "tests/tensor/suites.h"

#include <time.h>

#include "engine/tensor/team.h"

enum { ROUNDS = 500 };

/* How many members, and for how long the leader does something else between runs. */
static const struct {
    size_t members;
    long idle_ns;
} teams[] = { { 1, 0 }, { 2, 0 }, { 3, 0 }, { 5, 0 }, { 2, 2000000 }, { 3, 20000000 } };

struct relay {
    struct team *team;
    size_t members;
    int64_t counts[TEAM_MEMBERS_MAX], seen[TEAM_MEMBERS_MAX];
};

/* Everybody counts, waits, and reads what everybody has counted. */
static void count_and_look(void *context, size_t member)
{
    struct relay *relay = context;

    for (int round = 0; round < 3; round++) {
        relay->counts[member] += 1 + (int64_t)member;
        if (relay->members > 1)
            team_wait(relay->team, member);
        relay->seen[member] = 0;
        for (size_t i = 0; i < relay->members; i++)
            relay->seen[member] += relay->counts[i];
        if (relay->members > 1)
            team_wait(relay->team, member);
    }
}

START_TEST(members_see_what_the_others_wrote_before_they_waited)
{
    struct relay relay = { .members = teams[_i].members };
    const int rounds = teams[_i].idle_ns ? 10 : ROUNDS;
    struct error err;

    relay.team = team_start(relay.members, &err);
    ck_assert_ptr_nonnull(relay.team);
    ck_assert_uint_eq(team_members(relay.team), relay.members);
    for (int64_t run = 1; run <= rounds; run++) {
        const int64_t each = (int64_t)relay.members * ((int64_t)relay.members + 1) / 2;

        team_run(relay.team, count_and_look, &relay);
        for (size_t i = 0; i < relay.members; i++) {
            ck_assert_int_eq(relay.counts[i], 3 * run * (1 + (int64_t)i));
            ck_assert_int_eq(relay.seen[i], 3 * run * each);
        }
        nanosleep(&(struct timespec){ .tv_nsec = teams[_i].idle_ns }, NULL);
    }
    team_stop(relay.team);
}
END_TEST

START_TEST(a_team_that_never_runs_ends)
{
    struct error err;

    team_stop(team_start(4, &err));
    team_stop(NULL);
}
END_TEST

START_TEST(no_team_is_one_member)
{
    struct relay relay = { .members = 1 };

    ck_assert_uint_eq(team_members(NULL), 1);
    team_run(NULL, count_and_look, &relay);
    ck_assert_int_eq(relay.counts[0], 3);
}
END_TEST

START_TEST(parts_cover_everything_once_and_are_of_about_one_size)
{
    for (size_t members = 1; members <= TEAM_MEMBERS_MAX; members++) {
        for (int64_t count = 0; count < 3000; count += 1 + count / 7) {
            int64_t end = 0;

            for (size_t i = 0; i < members; i++) {
                const struct part part = team_part(count, members, i);

                ck_assert_int_eq(part.begin, end);
                ck_assert_int_ge(part.end, part.begin);
                ck_assert_int_le(part.end - part.begin, count / (int64_t)members + 17);
                end = part.end;
            }
            ck_assert_int_eq(end, count);
        }
    }
    ck_assert_int_eq(team_part(INT64_MAX, 64, 63).end, INT64_MAX);
}
END_TEST

Suite *team_suite(void)
{
    Suite *suite = suite_create("team");
    TCase *tcase = tcase_create("team");

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, members_see_what_the_others_wrote_before_they_waited, 0,
                        (int)(sizeof teams / sizeof *teams));
    tcase_add_test(tcase, a_team_that_never_runs_ends);
    tcase_add_test(tcase, no_team_is_one_member);
    tcase_add_test(tcase, parts_cover_everything_once_and_are_of_about_one_size);
    suite_add_tcase(suite, tcase);
    return suite;
}
