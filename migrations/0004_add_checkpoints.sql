-- Checkpoint files that are whole and durable: the row is inserted after the file is in its place.

CREATE TABLE checkpoints (
    id              uuid PRIMARY KEY,
    job             uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    path            text NOT NULL,
    file            text NOT NULL,
    bytes           bigint NOT NULL CHECK (bytes >= 0),
    sha256          text NOT NULL CHECK (length(sha256) = 64),
    iterations_done bigint NOT NULL,
    epochs_done     bigint NOT NULL,
    epoch           bigint NOT NULL,
    automatic       boolean NOT NULL,
    resumable       boolean NOT NULL,
    metadata        text,
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX checkpoints_newest ON checkpoints (job, created_at DESC, id DESC);
CREATE INDEX checkpoints_at_path ON checkpoints (job, path, created_at DESC, id DESC);

COMMENT ON COLUMN checkpoints.path IS 'Name given by the job, such as best.tar; several may share it, the newest counts.';
COMMENT ON COLUMN checkpoints.file IS 'Place below the checkpoint folder.';
COMMENT ON COLUMN checkpoints.bytes IS 'Size of the archive, bytes.';
COMMENT ON COLUMN checkpoints.sha256 IS 'Of the archive, hexadecimal.';
COMMENT ON COLUMN checkpoints.iterations_done IS 'Batches processed when it was taken.';
COMMENT ON COLUMN checkpoints.epoch IS 'The attempt that wrote it.';
COMMENT ON COLUMN checkpoints.automatic IS 'Made by autosave, pause or drain, not by an extension.';
COMMENT ON COLUMN checkpoints.resumable IS 'Holds the main loop, so that training can go on from it.';
COMMENT ON COLUMN checkpoints.metadata IS 'JSON object: the manifest.';
