-- Answers kept for repeated requests, access tokens, and the record of who did what.

CREATE TABLE idempotency_keys (
    project      text NOT NULL,
    key          text NOT NULL,
    digest       bytea NOT NULL CHECK (octet_length(digest) = 32),
    status       bigint NOT NULL DEFAULT 0,
    location     text,
    content_type text,
    body         bytea,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (project, key)
);

CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

COMMENT ON TABLE idempotency_keys IS 'The answer to the first request with an Idempotency-Key; kept for 24 hours.';
COMMENT ON COLUMN idempotency_keys.digest IS 'SHA-256 of the request.';
COMMENT ON COLUMN idempotency_keys.status IS 'HTTP status; 0: the request is still under way.';

CREATE TABLE tokens (
    name         text PRIMARY KEY,
    sha256       bytea NOT NULL UNIQUE CHECK (octet_length(sha256) = 32),
    project      text NOT NULL,
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);

COMMENT ON TABLE tokens IS 'Access tokens; the tokens themselves are not kept.';
COMMENT ON COLUMN tokens.sha256 IS 'Of the whole token: 256 random bits need no slower hash.';
COMMENT ON COLUMN tokens.last_used_at IS 'To the minute.';

CREATE TABLE audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    request_id text NOT NULL,
    project    text NOT NULL,
    token      text,
    action     text NOT NULL,
    object     text NOT NULL,
    outcome    text NOT NULL
);

COMMENT ON TABLE audit IS 'Changes made by clients, and refused ones; rows are only ever inserted.';
COMMENT ON COLUMN audit.token IS 'Name of the access token; NULL without authentication.';
