-- Which stored datasets a job trains on, so that none is deleted while a job still needs it.

ALTER TABLE jobs ADD COLUMN datasets text[] NOT NULL DEFAULT '{}';

COMMENT ON COLUMN jobs.datasets IS 'Names of the stored datasets that the definition uses.';
