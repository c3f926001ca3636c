-- abaco.db: everything durable except grain state. Times are Unix milliseconds, statuses the numbers of the C# enums, JSON is text.
-- Big columns come last in their row, so that lists do not read past them.

CREATE TABLE cluster (
    one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    id      TEXT    NOT NULL,
    checked INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO cluster (one, id) VALUES (1, lower(hex(randomblob(8))));

-- phase: 0 Creating, 1 Live, 2 Deleting. status: 0 Submitted, 1 Ready, 2 Error, 3 ShuttingDown.
-- epoch: raised by each activation. generation: raised by each purge; a waiting execution of an older generation is gone.
-- waiting: visible waiting executions; purged: rows that purges left for removal. Both and the totals are kept exact by every write.
CREATE TABLE actors (
    actor            TEXT    NOT NULL PRIMARY KEY,
    tenant           TEXT    NOT NULL,
    owner            TEXT    NOT NULL,
    queue            TEXT    NOT NULL,
    phase            INTEGER NOT NULL,
    phase_since      INTEGER NOT NULL,
    status           INTEGER NOT NULL,
    created          INTEGER NOT NULL,
    epoch            INTEGER NOT NULL DEFAULT 0,
    generation       INTEGER NOT NULL DEFAULT 0,
    last_sequence    INTEGER NOT NULL DEFAULT 0,
    waiting          INTEGER NOT NULL DEFAULT 0,
    purged           INTEGER NOT NULL DEFAULT 0,
    total_executions INTEGER NOT NULL DEFAULT 0,
    total_runtime    INTEGER NOT NULL DEFAULT 0,
    total_cpu        INTEGER NOT NULL DEFAULT 0,
    total_io         INTEGER NOT NULL DEFAULT 0,
    status_message   TEXT    NOT NULL
) STRICT;

CREATE INDEX actors_live ON actors (tenant, created, actor) WHERE phase = 1;
CREATE INDEX actors_half_made ON actors (phase_since) WHERE phase <> 1;
CREATE INDEX actors_demand ON actors (queue, actor) WHERE phase = 1 AND status <> 2 AND (waiting > 0 OR status = 0);
CREATE INDEX actors_purged ON actors (actor) WHERE purged > 0;

-- The mailbox. status: 0 Submitted, 1 Running, 2 Complete, 3 Error.
-- runtime (ms), cpu (ns) and io (bytes) add up over attempts that exited.
CREATE TABLE executions (
    id             INTEGER NOT NULL PRIMARY KEY,
    actor          TEXT    NOT NULL,
    execution_id   TEXT    NOT NULL,
    sequence       INTEGER NOT NULL,
    generation     INTEGER NOT NULL,
    status         INTEGER NOT NULL,
    attempt        INTEGER NOT NULL DEFAULT 0,
    losses         INTEGER NOT NULL DEFAULT 0,
    retries        INTEGER NOT NULL DEFAULT 0,
    stop_requested INTEGER NOT NULL DEFAULT 0,
    host           TEXT,
    worker         TEXT,
    container_id   TEXT,
    received       INTEGER NOT NULL,
    taken          INTEGER,
    started        INTEGER,
    finished       INTEGER,
    runtime        INTEGER NOT NULL DEFAULT 0,
    cpu            INTEGER NOT NULL DEFAULT 0,
    io             INTEGER NOT NULL DEFAULT 0,
    exit_code      INTEGER,
    kind           INTEGER NOT NULL,
    content_type   TEXT    NOT NULL,
    upload_id      TEXT,
    upload_bytes   INTEGER NOT NULL DEFAULT 0,
    synchronous    INTEGER NOT NULL DEFAULT 0,
    executor       TEXT    NOT NULL,
    api_server     TEXT    NOT NULL,
    causes         TEXT,
    final_state    TEXT,
    parameters     TEXT,
    message        TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX executions_by_id ON executions (actor, execution_id);
CREATE UNIQUE INDEX executions_waiting ON executions (actor, generation, sequence, execution_id) WHERE status = 0;
CREATE INDEX executions_taken ON executions (actor, sequence) WHERE status <> 0;
CREATE INDEX executions_running ON executions (actor, worker) WHERE status = 1;
CREATE INDEX executions_leases ON executions (host) WHERE status = 1;

-- state: 0 no message names it yet, 1 a message does, 2 discarded. bytes: the sum of its chunks.
CREATE TABLE uploads (
    upload_id TEXT    NOT NULL PRIMARY KEY,
    begun     INTEGER NOT NULL,
    state     INTEGER NOT NULL DEFAULT 0,
    bytes     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX uploads_open ON uploads (begun) WHERE state = 0;
CREATE INDEX uploads_discarded ON uploads (upload_id) WHERE state = 2;

CREATE TABLE body_chunks (
    id          INTEGER NOT NULL PRIMARY KEY,
    upload_id   TEXT    NOT NULL,
    chunk_index INTEGER NOT NULL,
    bytes       BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX body_chunks_by_upload ON body_chunks (upload_id, chunk_index);

-- ended: when the execution ended; null while it runs.
CREATE TABLE results (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    actor        TEXT    NOT NULL,
    execution_id TEXT    NOT NULL,
    ended        INTEGER,
    bytes        BLOB    NOT NULL
) STRICT;

CREATE INDEX results_by_execution ON results (actor, execution_id, id);
CREATE INDEX results_ended ON results (ended) WHERE ended IS NOT NULL;

-- text: Brotli. log_index: its first characters for full-text search, row by row under the same id, without a copy of the text.
CREATE TABLE logs (
    id           INTEGER NOT NULL PRIMARY KEY,
    actor        TEXT    NOT NULL,
    execution_id TEXT    NOT NULL,
    attempt      INTEGER NOT NULL,
    expires      INTEGER NOT NULL,
    text         BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX logs_by_execution ON logs (actor, execution_id);
CREATE INDEX logs_expires ON logs (expires);
CREATE VIRTUAL TABLE log_index USING fts5 (text, content = '', contentless_delete = 1);

CREATE TABLE workers (
    actor          TEXT    NOT NULL,
    worker_id      TEXT    NOT NULL,
    status         INTEGER NOT NULL,
    image          TEXT    NOT NULL,
    revision       INTEGER NOT NULL,
    location       TEXT    NOT NULL,
    container_id   TEXT    NOT NULL,
    host           TEXT    NOT NULL,
    host_ip        TEXT    NOT NULL,
    created        INTEGER NOT NULL,
    last_execution INTEGER,
    last_check     INTEGER,
    PRIMARY KEY (actor, worker_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX workers_host ON workers (host);

-- A host raises its counter with each report; one that stands still for long has nobody who speaks for it.
CREATE TABLE hosts (
    host    TEXT    NOT NULL PRIMARY KEY,
    counter INTEGER NOT NULL DEFAULT 0,
    silo    TEXT    NOT NULL,
    seen    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
