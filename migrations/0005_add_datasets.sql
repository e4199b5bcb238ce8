-- What can be trained on.

CREATE TABLE datasets (
    project    text NOT NULL,
    name       text NOT NULL,
    sources    text NOT NULL,
    examples   bigint NOT NULL CHECK (examples >= 0),
    bytes      bigint NOT NULL CHECK (bytes >= 0),
    sha256     text NOT NULL CHECK (length(sha256) = 64),
    folder     text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (project, name)
);

COMMENT ON COLUMN datasets.sources IS 'JSON array: name, shape and dtype of each source.';
COMMENT ON COLUMN datasets.bytes IS 'Size of the stored files, bytes.';
COMMENT ON COLUMN datasets.sha256 IS 'Of the whole dataset, hexadecimal.';
COMMENT ON COLUMN datasets.folder IS 'Place below the dataset folder; a new one with every replacement.';
