-- Answers to requests that carried an Idempotency-Key, kept for 24 h. executions: JSON list of the ids that the first request got.
CREATE TABLE idempotency_keys (
    id         INTEGER NOT NULL PRIMARY KEY,
    actor      TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    digest     TEXT    NOT NULL,
    expires    INTEGER NOT NULL,
    executions TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX idempotency_keys_by_key ON idempotency_keys (actor, key);
CREATE INDEX idempotency_keys_expires ON idempotency_keys (expires);
