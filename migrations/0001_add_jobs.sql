-- Jobs, the attempts made at them, and the servers that work on them.

CREATE TYPE stop_request AS ENUM ('none', 'epoch', 'batch', 'pause', 'cancel');
COMMENT ON TYPE stop_request IS 'What a running job is asked to do, in order of severity, which only grows.';

CREATE TABLE jobs (
    id              uuid PRIMARY KEY,
    project         text NOT NULL,
    name            text NOT NULL,
    labels          jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(labels) = 'object'),
    definition      text NOT NULL,
    definition_sha256 bytea NOT NULL CHECK (octet_length(definition_sha256) = 32),
    token           text,
    state           text NOT NULL DEFAULT 'queued'
                    CHECK (state IN ('queued', 'running', 'paused', 'succeeded', 'interrupted', 'cancelled', 'failed')),
    reason          text,
    error           text,
    priority        bigint NOT NULL DEFAULT 0,
    threads         bigint NOT NULL DEFAULT 1 CHECK (threads >= 1),
    run_after       timestamptz NOT NULL DEFAULT clock_timestamp(),
    epoch           bigint NOT NULL DEFAULT 0 CHECK (epoch >= 0),
    owner           uuid,
    heartbeat       bigint NOT NULL DEFAULT 0,
    lease_until     timestamptz,
    crash_count     bigint NOT NULL DEFAULT 0,
    max_attempts    bigint NOT NULL DEFAULT 3 CHECK (max_attempts >= 1),
    stop_requested  stop_request NOT NULL DEFAULT 'none',
    numeric_profile text,
    last_checkpoint uuid,
    log_seq         bigint NOT NULL DEFAULT 0,
    output_bytes    bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at      timestamptz,
    finished_at     timestamptz,
    CHECK ((state = 'running') = (owner IS NOT NULL)),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state IN ('succeeded', 'interrupted', 'cancelled', 'failed')) = (finished_at IS NOT NULL))
) WITH (fillfactor = 70, toast_tuple_target = 512);

CREATE INDEX jobs_newest ON jobs (project, created_at DESC, id DESC);
CREATE INDEX jobs_runnable ON jobs (priority DESC, created_at, id) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (id) WHERE state = 'running';

COMMENT ON TABLE jobs IS 'What was submitted, where it stands, and which worker holds it.';
COMMENT ON COLUMN jobs.id IS 'UUID of version 7.';
COMMENT ON COLUMN jobs.definition IS 'The JSON text as submitted.';
COMMENT ON COLUMN jobs.definition_sha256 IS 'Of the bytes of the definition.';
COMMENT ON COLUMN jobs.token IS 'Name of the access token that submitted it; NULL without authentication.';
COMMENT ON COLUMN jobs.state IS 'The names of server/job_state.c.';
COMMENT ON COLUMN jobs.reason IS 'One word on why it is in this state; NULL: nothing to add.';
COMMENT ON COLUMN jobs.error IS 'JSON object: why it failed, and where in the definition.';
COMMENT ON COLUMN jobs.priority IS 'Higher runs first.';
COMMENT ON COLUMN jobs.threads IS 'Worker threads that it takes while it runs.';
COMMENT ON COLUMN jobs.run_after IS 'Not claimed before this time.';
COMMENT ON COLUMN jobs.epoch IS 'Epoch of the lease: grows by one with every claim, so that writes of earlier claims '
                                'are told apart and refused. Clients see it as the attempt.';
COMMENT ON COLUMN jobs.owner IS 'The worker that holds it: workers.owner.';
COMMENT ON COLUMN jobs.heartbeat IS 'Grows with every renewal of the lease; 0 after a claim.';
COMMENT ON COLUMN jobs.lease_until IS 'By the clock of the database; past it the job may be rescued.';
COMMENT ON COLUMN jobs.crash_count IS 'Attempts that ended without a word since the newest resumable checkpoint.';
COMMENT ON COLUMN jobs.max_attempts IS 'It fails when crash_count reaches this.';
COMMENT ON COLUMN jobs.numeric_profile IS 'BLAS kernels and threads of the latest attempt; a checkpoint is only '
                                          'continued under the same.';
COMMENT ON COLUMN jobs.last_checkpoint IS 'Where the next attempt goes on; NULL: at the beginning.';
COMMENT ON COLUMN jobs.log_seq IS 'Highest log_entries.seq given out.';
COMMENT ON COLUMN jobs.output_bytes IS 'Length of the output so far, bytes.';
COMMENT ON COLUMN jobs.started_at IS 'Of the first claim.';

CREATE TABLE job_status (
    job             uuid PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    epoch           bigint NOT NULL,
    iterations_done bigint NOT NULL,
    epochs_done     bigint NOT NULL,
    batches_per_epoch bigint,
    examples_per_s  double precision,
    eta_s           double precision,
    status          text,
    progress_bar    text,
    changed_at      timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

COMMENT ON TABLE job_status IS 'How far a job is; overwritten in place.';
COMMENT ON COLUMN job_status.epoch IS 'Claim of the writer: an earlier one cannot overwrite.';
COMMENT ON COLUMN job_status.iterations_done IS 'Batches processed.';
COMMENT ON COLUMN job_status.epochs_done IS 'Passes over the training data finished.';
COMMENT ON COLUMN job_status.batches_per_epoch IS 'NULL: unknown.';
COMMENT ON COLUMN job_status.examples_per_s IS 'Training speed of late, examples per second.';
COMMENT ON COLUMN job_status.eta_s IS 'Estimated time to the end, seconds.';
COMMENT ON COLUMN job_status.status IS 'JSON object: the status of the training log.';
COMMENT ON COLUMN job_status.progress_bar IS 'The line that ProgressBar shows now; NULL: none.';

CREATE TABLE attempts (
    job             uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    epoch           bigint NOT NULL,
    owner           uuid NOT NULL,
    checkpoint      uuid,
    numeric_profile text NOT NULL,
    started_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at     timestamptz,
    outcome         text,
    reason          text,
    PRIMARY KEY (job, epoch)
);

COMMENT ON TABLE attempts IS 'One row per claim of a job.';
COMMENT ON COLUMN attempts.checkpoint IS 'Where it went on; NULL: at the beginning.';
COMMENT ON COLUMN attempts.outcome IS 'State of the job that it led to; NULL while it runs.';

CREATE TABLE deleted_jobs (
    id              uuid PRIMARY KEY,
    deleted_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    visited_at      timestamptz NOT NULL DEFAULT '-infinity'
);

COMMENT ON TABLE deleted_jobs IS 'Jobs whose log, output and files are still to be removed.';
COMMENT ON COLUMN deleted_jobs.visited_at IS 'The latest step of removing; the longest unvisited is next.';

CREATE TABLE workers (
    owner           uuid PRIMARY KEY,
    host            text NOT NULL,
    build           text NOT NULL,
    numeric_profile text NOT NULL,
    threads         bigint NOT NULL,
    started_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at         timestamptz NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON TABLE workers IS 'Running server processes.';
COMMENT ON COLUMN workers.owner IS 'Made at each start of a process, never reused.';
COMMENT ON COLUMN workers.threads IS 'Worker threads.';
