-- What happened to a job, in order.  Changes of state are noted by the table itself, so that no query can
-- forget to; schedulers that wait for a queued job or a stop are woken in the same stroke.

CREATE TABLE events (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job    uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind   text NOT NULL,
    epoch  bigint NOT NULL,
    state  text,
    reason text,
    detail text
);

CREATE INDEX events_of_job ON events (job, id);

COMMENT ON TABLE events IS 'Changes of state, checkpoints and other news of a job.';
COMMENT ON COLUMN events.id IS 'Grows in the order of commits within a job: writers hold the row of the job.';
COMMENT ON COLUMN events.kind IS 'state, checkpoint, or another word.';
COMMENT ON COLUMN events.epoch IS 'The attempt; 0 before the first.';
COMMENT ON COLUMN events.state IS 'For kind state: the new state.';
COMMENT ON COLUMN events.detail IS 'JSON object; NULL: nothing to add.';

CREATE FUNCTION note_job_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO events (job, kind, epoch, state, reason) VALUES (NEW.id, 'state', NEW.epoch, NEW.state, NEW.reason);
    IF NEW.state = 'queued' THEN
        PERFORM pg_notify('kiln_jobs', '');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION tell_job_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('kiln_stops', '');
    RETURN NULL;
END $$;

CREATE TRIGGER job_submitted AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION note_job_state();
CREATE TRIGGER job_state_changed AFTER UPDATE ON jobs FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note_job_state();
CREATE TRIGGER job_stop_requested AFTER UPDATE ON jobs FOR EACH ROW
    WHEN (NEW.state = 'running' AND OLD.stop_requested <> NEW.stop_requested) EXECUTE FUNCTION tell_job_stop();
