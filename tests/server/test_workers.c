/* tests/server/test_workers.c -- claims, leases, fences and rescue. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "server/store/status.h"
#include "server/store/workers.h"
#include "tests/server/store_fixture.h"
#include "tests/server/suites.h"

START_TEST(a_claimed_job_is_running_and_ours)
{
    const struct job job = make_running_job();
    struct job other;

    ck_assert_int_eq(job.state, JOB_RUNNING);
    ck_assert_int_eq(job.epoch, 1);
    ck_assert_str_eq(job.numeric_profile, PROFILE);
    ck_assert(job.started_us != TIME_ABSENT);
    ck_result(claim(&other), STORE_NONE);
}
END_TEST

START_TEST(priority_comes_before_age)
{
    char ids[3][IDENTIFIER_TEXT_BYTES];
    const struct job_change urgent = { .priority = 1 };
    struct job job;

    for (int i = 0; i < 3; i++)
        make_job("job", ids[i]);
    ck_result(store_job_change(store.db, PROJECT, ids[2], &urgent, &store.err), STORE_OK);
    for (int i = 0; i < 3; i++) {
        ck_result(claim(&job), STORE_OK);
        ck_assert_str_eq(job.id, ids[(i + 2) % 3]);
    }
}
END_TEST

static const struct {
    const char *sql;
    enum store_result result;
} obstacles[] = {
    { "UPDATE jobs SET threads = 8", STORE_OK },
    { "UPDATE jobs SET threads = 9", STORE_NONE },
    { "UPDATE jobs SET threads = 64", STORE_NONE },
    { "UPDATE jobs SET run_after = clock_timestamp() + interval '1 hour'", STORE_NONE },
    { "UPDATE jobs SET last_checkpoint = gen_random_uuid(), numeric_profile = 'another'", STORE_NONE },
    { "UPDATE jobs SET numeric_profile = 'another'", STORE_OK },
    { "UPDATE jobs SET last_checkpoint = gen_random_uuid(), numeric_profile = '" PROFILE "'", STORE_OK },
    { "UPDATE jobs SET state = 'failed', finished_at = clock_timestamp()", STORE_NONE },
};

START_TEST(a_job_that_wants_more_threads_than_there_are_takes_them_all)
{
    char id[IDENTIFIER_TEXT_BYTES], owner[IDENTIFIER_TEXT_BYTES];
    struct job_claim claim = {
        .owner = owner, .numeric_profile = PROFILE, .threads_max = 1, .lease_ms = LEASE_MS, .threads_total = 2
    };
    struct job job;

    identifier_new(owner);
    make_job("job", id);
    cluster_run(store.db, "UPDATE jobs SET threads = 64");
    ck_result(store_job_claim(store.db, &claim, &store.arena, &job, &store.err), STORE_NONE);
    claim.threads_max = 2;
    ck_result(store_job_claim(store.db, &claim, &store.arena, &job, &store.err), STORE_OK);
    ck_assert_int_eq(job.threads, 64);
}
END_TEST

START_TEST(only_a_runnable_job_is_claimed)
{
    char id[IDENTIFIER_TEXT_BYTES];
    struct job job;

    make_job("job", id);
    cluster_run(store.db, obstacles[_i].sql);
    ck_result(claim(&job), obstacles[_i].result);
}
END_TEST

enum { CLAIMERS = 4, JOBS = 40 };

struct claimer {
    pthread_t thread;
    char ids[JOBS][IDENTIFIER_TEXT_BYTES];
    int count;
};

static void *claim_all(void *context)
{
    struct claimer *claimer = context;
    char owner[IDENTIFIER_TEXT_BYTES];
    const struct job_claim wish = {
        .owner = owner, .numeric_profile = PROFILE, .threads_max = 1, .lease_ms = LEASE_MS, .threads_total = 8
    };
    struct db *db = cluster_connect();
    struct arena arena = { 0 };
    struct error err;
    struct job job;

    identifier_new(owner);
    while (store_job_claim(db, &wish, &arena, &job, &err) == STORE_OK)
        strcpy(claimer->ids[claimer->count++], job.id);
    arena_fini(&arena);
    db_close(db);
    return NULL;
}

START_TEST(two_claimers_never_get_the_same_job)
{
    struct claimer claimers[CLAIMERS] = { 0 };
    char id[IDENTIFIER_TEXT_BYTES];
    int claimed = 0;

    for (int i = 0; i < JOBS; i++)
        make_job("job", id);
    for (int i = 0; i < CLAIMERS; i++)
        ck_assert_int_eq(pthread_create(&claimers[i].thread, NULL, claim_all, &claimers[i]), 0);
    for (int i = 0; i < CLAIMERS; i++) {
        pthread_join(claimers[i].thread, NULL);
        claimed += claimers[i].count;
    }
    ck_assert_int_eq(claimed, JOBS);
    ck_assert_int_eq(number("SELECT count(*) FROM jobs WHERE state = 'running' AND epoch = 1"), JOBS);
    ck_assert_int_eq(number("SELECT count(*) FROM attempts"), JOBS);
}
END_TEST

START_TEST(a_renewal_extends_the_lease_and_tells_of_stops)
{
    const struct job job = make_running_job();
    enum stop_request stop;

    cluster_run(store.db, "UPDATE jobs SET lease_until = clock_timestamp()");
    ck_result(store_job_renew(store.db, job.id, 1, LEASE_MS, &stop, &store.err), STORE_OK);
    ck_assert_int_eq(stop, STOP_NONE);
    ck_assert_int_eq(number("SELECT count(*) FROM jobs WHERE heartbeat = 1"
                            " AND lease_until > clock_timestamp() + interval '20 s'"),
                     1);
    ck_result(store_job_request_stop(store.db, PROJECT, job.id, STOP_EPOCH, &stop, &store.err), STORE_OK);
    ck_result(store_job_renew(store.db, job.id, 1, LEASE_MS, &stop, &store.err), STORE_OK);
    ck_assert_int_eq(stop, STOP_EPOCH);
}
END_TEST

/* What a sweeper saw of the one running job. */
static void remember(void *context, const struct job_running *running)
{
    *(struct job_running *)context = *running;
}

static struct job_rescue watch(const char *id)
{
    static struct job_running seen;

    ck_result(store_job_list_running(store.db, NULL, remember, &seen, &store.err), STORE_OK);
    ck_assert_str_eq(seen.id, id);
    return (struct job_rescue){ .id = seen.id, .epoch = seen.epoch, .heartbeat = seen.heartbeat };
}

START_TEST(a_rescued_job_fences_its_old_worker_off)
{
    struct job job = make_running_job();
    const struct job_release finish = { .id = job.id, .epoch = 1, .to = JOB_SUCCEEDED };
    const struct job_status status = { .job = job.id, .epoch = 1 };
    struct job_rescue rescue = watch(job.id);
    enum stop_request stop;
    enum job_state state;

    ck_result(store_job_rescue(store.db, &rescue, &state, &store.err), STORE_CONFLICT); /* the lease holds */
    cluster_run(store.db, "UPDATE jobs SET lease_until = clock_timestamp() - interval '1 s'");
    ck_result(store_job_rescue(store.db, &rescue, &state, &store.err), STORE_OK);
    ck_assert_int_eq(state, JOB_QUEUED);
    ck_result(store_job_rescue(store.db, &rescue, &state, &store.err), STORE_CONFLICT);
    ck_result(store_job_renew(store.db, job.id, 1, LEASE_MS, &stop, &store.err), STORE_CONFLICT);

    ck_result(claim(&job), STORE_OK);
    ck_assert_int_eq(job.epoch, 2);
    ck_assert_int_eq(job.crash_count, 1);
    ck_result(store_job_renew(store.db, job.id, 1, LEASE_MS, &stop, &store.err), STORE_CONFLICT);
    ck_result(store_job_release(store.db, &finish, &store.err), STORE_CONFLICT);
    ck_result(store_status_put(store.db, &status, &store.err), STORE_CONFLICT);
    ck_assert_int_eq(job_now(job.id).state, JOB_RUNNING);
}
END_TEST

START_TEST(a_worker_that_beat_its_heart_meanwhile_is_not_robbed)
{
    const struct job job = make_running_job();
    const struct job_rescue rescue = watch(job.id);
    enum stop_request stop;
    enum job_state state;

    ck_result(store_job_renew(store.db, job.id, 1, LEASE_MS, &stop, &store.err), STORE_OK);
    cluster_run(store.db, "UPDATE jobs SET lease_until = clock_timestamp() - interval '1 s'");
    ck_result(store_job_rescue(store.db, &rescue, &state, &store.err), STORE_CONFLICT);
}
END_TEST

START_TEST(who_is_alone_need_not_wait_for_the_lease)
{
    const struct job job = make_running_job();
    struct job_rescue rescue = watch(job.id);
    enum job_state state;

    rescue.alone = true;
    rescue.delay_ms = 3600000;
    ck_result(store_job_rescue(store.db, &rescue, &state, &store.err), STORE_OK);
    ck_assert_int_eq(state, JOB_QUEUED);
    ck_assert_int_eq(
        number("SELECT count(*) FROM jobs WHERE run_after > clock_timestamp() + interval '59 min'"), 1);
}
END_TEST

/* What was asked and how often it crashed; what becomes of it. */
static const struct {
    enum stop_request stop;
    int crashes_before;
    enum job_state state;
    const char *reason;
    enum stop_request stop_after;
} ends[] = {
    { STOP_NONE, 1, JOB_QUEUED, "worker_lost", STOP_NONE },
    { STOP_NONE, 2, JOB_FAILED, "crash_loop", STOP_NONE },
    { STOP_EPOCH, 0, JOB_QUEUED, "worker_lost", STOP_EPOCH },
    { STOP_SUSPEND, 0, JOB_PAUSED, "worker_lost", STOP_NONE },
    { STOP_CANCEL, 2, JOB_CANCELLED, "worker_lost", STOP_NONE },
};

START_TEST(a_rescue_honours_what_was_asked)
{
    struct job job = make_running_job();
    struct job_rescue rescue = watch(job.id);
    enum stop_request stop;
    enum job_state state;

    rescue.alone = true;
    if (ends[_i].crashes_before == 2)
        cluster_run(store.db, "UPDATE jobs SET crash_count = 2");
    ck_result(store_job_request_stop(store.db, PROJECT, job.id, ends[_i].stop, &stop, &store.err), STORE_OK);
    ck_result(store_job_rescue(store.db, &rescue, &state, &store.err), STORE_OK);
    job = job_now(job.id);
    ck_assert_int_eq(state, ends[_i].state);
    ck_assert_int_eq(job.state, ends[_i].state);
    ck_assert_str_eq(job.reason, ends[_i].reason);
    ck_assert_int_eq(job.stop, ends[_i].stop_after);
    ck_assert_int_eq(job.finished_us != TIME_ABSENT, job_state_terminal(state));
    ck_assert_int_eq(job.error != NULL, state == JOB_FAILED);
    if (job.error)
        ck_assert_str_eq(job.error, "{\"code\" : \"crash_loop\", \"message\" :"
                                    " \"its worker was lost 3 times since the last checkpoint\"}");
}
END_TEST

static void collect_attempt(void *context, const struct job_attempt *attempt)
{
    char *text = context;

    ck_assert(identifier_valid(attempt->owner));
    ck_assert_int_eq(attempt->finished_us != TIME_ABSENT, attempt->outcome != NULL);
    sprintf(text + strlen(text), "%d %s %s;", (int)attempt->epoch, attempt->outcome ? attempt->outcome : "-",
            attempt->reason ? attempt->reason : "-");
}

START_TEST(a_draining_server_gives_its_jobs_back)
{
    char id[IDENTIFIER_TEXT_BYTES], owner[IDENTIFIER_TEXT_BYTES], text[256] = "";
    const struct job_claim wish = {
        .owner = owner, .numeric_profile = PROFILE, .threads_max = 8, .lease_ms = LEASE_MS, .threads_total = 8
    };
    const struct job_release drain = { .id = id, .epoch = 1, .to = JOB_QUEUED, .reason = "drain" };
    int64_t count;
    struct job job;

    identifier_new(owner);
    make_job("job", id);
    ck_result(store_job_claim(store.db, &wish, &store.arena, &job, &store.err), STORE_OK);
    ck_result(store_job_release(store.db, &drain, &store.err), STORE_OK);
    ck_result(store_job_claim(store.db, &wish, &store.arena, &job, &store.err), STORE_OK);
    make_running_job(); /* of another owner */
    ck_result(store_job_requeue_owned(store.db, owner, &count, &store.err), STORE_OK);
    ck_assert_int_eq(count, 1);
    job = job_now(id);
    ck_assert_int_eq(job.state, JOB_QUEUED);
    ck_assert_str_eq(job.reason, "drain");
    ck_assert_int_eq(job.crash_count, 0);
    ck_assert_int_eq(job.epoch, 2);
    ck_result(claim(&job), STORE_OK);
    ck_result(store_job_attempts(store.db, id, collect_attempt, text, &store.err), STORE_OK);
    ck_assert_str_eq(text, "1 queued drain;2 queued drain;3 - -;");
}
END_TEST

static void count_running(void *context, const struct job_running *running)
{
    ck_assert_int_eq(running->epoch, 1);
    ++*(int *)context;
}

START_TEST(running_jobs_are_listed_by_owner)
{
    char owner[IDENTIFIER_TEXT_BYTES];
    int count = 0;

    make_running_job();
    make_running_job();
    identifier_new(owner);
    ck_result(store_job_list_running(store.db, NULL, count_running, &count, &store.err), STORE_OK);
    ck_assert_int_eq(count, 2);
    ck_result(store_job_list_running(store.db, owner, count_running, &count, &store.err), STORE_OK);
    ck_assert_int_eq(count, 2);
}
END_TEST

static enum store_result sweep(struct db *db, void *context, struct error *err)
{
    bool *locked = context;
    struct db *other = cluster_connect();
    enum store_result result = store_sweep_lock(db, &locked[0], err);

    if (result == STORE_OK)
        result = store_sweep_lock(other, &locked[1], err);
    db_close(other);
    return result;
}

START_TEST(one_server_sweeps_at_a_time)
{
    bool locked[2];

    for (int i = 0; i < 2; i++) {
        ck_result(db_transaction(store.db, sweep, locked, &store.err), STORE_OK);
        ck_assert(locked[0]);
        ck_assert(!locked[1]);
    }
}
END_TEST

START_TEST(submits_and_stops_wake_those_who_listen)
{
    struct db *scheduler = cluster_connect();
    enum stop_request stop;
    struct job job;

    ck_result(db_listen(scheduler, CHANNEL_JOBS, &store.err), STORE_OK);
    ck_result(db_listen(scheduler, CHANNEL_STOPS, &store.err), STORE_OK);
    db_notified(scheduler);
    job = make_running_job();
    cluster_run(scheduler, "SELECT 1"); /* brings what was sent before */
    ck_assert(db_notified(scheduler));
    ck_result(store_job_renew(store.db, job.id, 1, LEASE_MS, &stop, &store.err), STORE_OK);
    cluster_run(scheduler, "SELECT 1");
    ck_assert(!db_notified(scheduler)); /* a heartbeat is no news */
    ck_result(store_job_request_stop(store.db, PROJECT, job.id, STOP_EPOCH, &stop, &store.err), STORE_OK);
    cluster_run(scheduler, "SELECT 1");
    ck_assert(db_notified(scheduler));
    db_close(scheduler);
}
END_TEST

START_TEST(progress_is_overwritten_in_place)
{
    struct job job = make_running_job();
    struct job_status status = {
        .job = job.id,
        .epoch = 1,
        .iterations_done = 30,
        .epochs_done = 1,
        .batches_per_epoch = 30,
        .examples_per_s = 81000.5,
        .eta_s = 12.5,
        .status = "{\"iterations_done\": 30}",
        .progress_bar = "|###|",
    };

    ck_result(store_status_put(store.db, &status, &store.err), STORE_OK);
    status.iterations_done = 31;
    status.status = status.progress_bar = NULL;
    status.eta_s = NAN;
    ck_result(store_status_put(store.db, &status, &store.err), STORE_OK);
    job = job_now(job.id);
    ck_assert_int_eq(job.iterations_done, 31);
    ck_assert_int_eq(job.epochs_done, 1);
    ck_assert_int_eq(job.batches_per_epoch, 30);
    ck_assert(job.examples_per_s == 81000.5);
    ck_assert(isnan(job.eta_s));
    ck_assert_str_eq(job.status, "{\"iterations_done\": 30}");
    ck_assert_ptr_null(job.progress_bar);
    ck_assert_int_eq(number("SELECT count(*) FROM job_status"), 1);
}
END_TEST

START_TEST(workers_come_and_go)
{
    const struct worker_row worker = { .owner = "01890a5d-ac96-774b-bcce-b302099a8057",
                                       .host = "h",
                                       .build = "b",
                                       .numeric_profile = PROFILE,
                                       .threads = 2 };

    ck_result(store_worker_put(store.db, &worker, &store.err), STORE_OK);
    ck_result(store_worker_put(store.db, &worker, &store.err), STORE_OK);
    ck_assert_int_eq(number("SELECT count(*) FROM workers WHERE seen_at > started_at"), 1);
    ck_result(store_worker_delete(store.db, worker.owner, &store.err), STORE_OK);
    ck_result(store_worker_delete(store.db, worker.owner, &store.err), STORE_NONE);
}
END_TEST

Suite *workers_suite(void)
{
    Suite *suite = suite_create("workers");
    TCase *group = tcase_create("workers");

    tcase_add_checked_fixture(group, store_fixture_open, store_fixture_close);
    tcase_set_timeout(group, 60);
    tcase_add_test(group, a_claimed_job_is_running_and_ours);
    tcase_add_test(group, priority_comes_before_age);
    tcase_add_test(group, a_job_that_wants_more_threads_than_there_are_takes_them_all);
    tcase_add_loop_test(group, only_a_runnable_job_is_claimed, 0, COUNT(obstacles));
    tcase_add_test(group, two_claimers_never_get_the_same_job);
    tcase_add_test(group, a_renewal_extends_the_lease_and_tells_of_stops);
    tcase_add_test(group, a_rescued_job_fences_its_old_worker_off);
    tcase_add_test(group, a_worker_that_beat_its_heart_meanwhile_is_not_robbed);
    tcase_add_test(group, who_is_alone_need_not_wait_for_the_lease);
    tcase_add_loop_test(group, a_rescue_honours_what_was_asked, 0, COUNT(ends));
    tcase_add_test(group, a_draining_server_gives_its_jobs_back);
    tcase_add_test(group, running_jobs_are_listed_by_owner);
    tcase_add_test(group, one_server_sweeps_at_a_time);
    tcase_add_test(group, submits_and_stops_wake_those_who_listen);
    tcase_add_test(group, progress_is_overwritten_in_place);
    tcase_add_test(group, workers_come_and_go);
    suite_add_tcase(suite, group);
    return suite;
}
