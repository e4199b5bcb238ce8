-- What followers of a log have seen of a record whose row is being replayed.

ALTER TABLE log_entries ADD COLUMN known_value double precision, ADD COLUMN known_json text;

COMMENT ON COLUMN log_entries.known_value IS 'The value of before a replay that has not come back to it yet; NULL, and known_json too: none is awaited.';
COMMENT ON COLUMN log_entries.known_json IS 'Its JSON text, if it was not a real.';
