-- The training log: one row per record, and the text that Printing wrote.
-- No foreign keys: writers hold the row of the job anyway, and a deleted job's rows are removed in steps.

CREATE TABLE log_entries (
    job       uuid NOT NULL,
    iteration bigint NOT NULL,
    seq       bigint NOT NULL,
    epoch     bigint NOT NULL,
    value     double precision,
    record    text COLLATE "C" NOT NULL,
    json      text,
    PRIMARY KEY (job, record, iteration)
) WITH (fillfactor = 95);

CREATE UNIQUE INDEX log_entries_seq ON log_entries (job, seq);

COMMENT ON TABLE log_entries IS 'Records of the training log, one per job, iteration and name.';
COMMENT ON COLUMN log_entries.iteration IS 'Batches processed when the record was written.';
COMMENT ON COLUMN log_entries.seq IS 'Order of commits within the job, from 1, with gaps; kept when a replay overwrites the value.';
COMMENT ON COLUMN log_entries.epoch IS 'Claim of the latest writer.';
COMMENT ON COLUMN log_entries.value IS 'The number, to the bit, NaN and infinities included; NULL: not a number.';
COMMENT ON COLUMN log_entries.json IS 'JSON text of a value that is not a real; NULL: value is all there is.';

CREATE TABLE output_chunks (
    job   uuid NOT NULL,
    start bigint NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (job, start)
);

COMMENT ON TABLE output_chunks IS 'What Printing wrote, as one growing text in pieces.';
COMMENT ON COLUMN output_chunks.start IS 'Place of the first byte in the whole text.';
COMMENT ON COLUMN output_chunks.bytes IS 'UTF-8; a piece may end inside a character.';
