/* tests/extensions/test_resume.c -- what users keep in Lua survives a checkpoint, bit by bit.
 *
 * Every job runs once in one piece and once in two, broken off behind each of its batches: the records have
 * to be the same, parameters (through the cost), random numbers and the state of quantities included. */

#include "tests/extensions/bench.h"
#include "tests/extensions/suites.h"

static const char *const jobs[] = {
    "{\"type\": \"TrainingExtension\", \"before_training\": \"function(self) self.seen, self.tree = 0, "
    "{list = {1, 2.5, 'x'}} self.tree.self = self.tree end\","
    " \"after_batch\": \"function(self, batch) self.seen = self.seen + batch.examples self.noise = "
    "(self.noise or 0) + math.random() self.tree.self.list[1] = self.seen "
    "self.main_loop.log.current_row.state = {self.seen, self.noise, self.tree.list[1], self.tree.list[3]} "
    "end\"}",
    "{\"type\": \"SimpleExtension\", \"every_n_batches\": 2, \"do\": \"function(self) local rule = "
    "self.main_loop.algorithm.step_rule rule.learning_rate = rule.learning_rate * (0.5 + math.random()) "
    "self.main_loop.log.current_row.rate = rule.learning_rate end\"},"
    "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"after_batch\": true}",
    "{\"type\": \"CompositeExtension\", \"after_batch\": true, \"do\": \"function(self) self.n = (self.n or "
    "0) + 1 self.main_loop.log.current_row.n = self.n end\", \"sub_extensions\": [{\"type\": "
    "\"TrainingExtension\", \"after_batch\": \"function(self) self.n = (self.n or 10) * 1.5 "
    "self.main_loop.log.current_row.inner = self.n end\"}]}",
    "{\"type\": \"TrainingDataMonitoring\", \"every_n_batches\": 3, \"variables\": [{\"name\": \"range\", "
    "\"requires\": [\"cost\", \"error_rate\"], \"initialize\": \"function(self) self.low, self.high = 1e9, "
    "-1e9 end\", \"aggregate\": \"function(self, cost, rate) self.low, self.high, self.all = "
    "math.min(self.low, cost), math.max(self.high, cost), (self.all or 0) + rate end\", "
    "\"get_aggregated_value\": \"function(self) return {self.high - self.low, self.all} end\"}]}",
    "{\"type\": \"DataStreamMonitoring\", \"data_stream\": \"valid\", \"after_batch\": true, \"variables\": "
    "[\"cost\", {\"name\": \"evaluations\", \"initialize\": \"function(self) self.batches = 0 self.times = "
    "(self.times or 0) + 1 end\", \"aggregate\": \"function(self) self.batches = self.batches + 1 end\", "
    "\"get_aggregated_value\": \"function(self) return {self.times, self.batches} end\"}]}",
    "{\"type\": \"TrainingDataMonitoring\", \"variables\": [\"cost\"], \"after_batch\": true},"
    "{\"type\": \"TrackTheBest\", \"record_name\": \"cost\", \"after_batch\": true, \"choose_best\": "
    "\"function(value, best) return value < best * 0.99 and value or best end\"}",
};

START_TEST(continues)
{
    struct outcome whole, pieces;
    int64_t iterations = _i % 12 + 1;
    const char *extensions = jobs[_i / 12];

    bench_run(&whole, extensions);
    ck_finished(&whole);
    if (iterations == 12)
        iterations = 11; /* The last batch leaves nothing to be continued. */
    bench_run_in_two(&pieces, extensions, iterations);
    ck_finished(&pieces);
    ck_same_rows(&whole, &pieces);
    bench_fini(&pieces);
    bench_fini(&whole);
}
END_TEST

/* Blocks' way: from a checkpoint that an extension saved, with on_resumption. */
START_TEST(resumes)
{
    static const char extensions[] =
        "{\"type\": \"TrainingExtension\", \"after_epoch\": \"function(self) self.epochs = (self.epochs or "
        "0) "
        "+ 1 end\", \"on_resumption\": \"function(self) self.main_loop.log.current_row.again = self.epochs "
        "end\"}, {\"type\": \"Checkpoint\", \"path\": \"two.tar\", \"after_training\": false, "
        "\"after_n_epochs\": 2}";
    struct outcome first, second;

    bench_run(&first, extensions);
    bench_resume(&second, &first, extensions, "two.tar");
    ck_finished(&second);
    ck_record(&second, 8, "again", "2");
    bench_fini(&second);
    bench_fini(&first);
}
END_TEST

Suite *resume_suite(void)
{
    Suite *suite = suite_create("resume");
    TCase *tcase = tcase_create("resume");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, continues, 0, 12 * COUNT(jobs));
    tcase_add_test(tcase, resumes);
    suite_add_tcase(suite, tcase);
    return suite;
}
