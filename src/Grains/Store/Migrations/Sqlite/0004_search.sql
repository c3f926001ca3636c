-- What searches need (rest-api.md, Search). A search that no field index serves reads the executions of the actors that its caller may READ, so the
-- indices begin with the actor: time grows with what is found and with the actors in sight, never with the executions of others.

CREATE INDEX executions_found_by_id ON executions (execution_id);
CREATE INDEX executions_received ON executions (actor, received);
CREATE INDEX executions_started ON executions (actor, started) WHERE started IS NOT NULL;
CREATE INDEX executions_finished ON executions (actor, finished) WHERE finished IS NOT NULL;
CREATE INDEX executions_exited ON executions (actor, exit_code) WHERE exit_code IS NOT NULL;
CREATE INDEX executions_worked ON executions (actor, worker) WHERE worker IS NOT NULL;
CREATE INDEX executions_dead ON executions (actor) WHERE status = 3;

CREATE INDEX actors_standing ON actors (tenant, status) WHERE phase = 1;

-- Full text of executions: id, executor, and the first characters of message and parameters, under the execution's own rowid.
CREATE VIRTUAL TABLE execution_index USING fts5 (text, content = '', contentless_delete = 1);

INSERT INTO execution_index (rowid, text)
SELECT id, concat_ws(' ', execution_id, executor, substr(message, 1, 2000), substr(parameters, 1, 2000)) FROM executions;

CREATE TRIGGER executions_index_added AFTER INSERT ON executions BEGIN
    INSERT INTO execution_index (rowid, text)
    VALUES (new.id, concat_ws(' ', new.execution_id, new.executor, substr(new.message, 1, 2000), substr(new.parameters, 1, 2000)));
END;

CREATE TRIGGER executions_index_removed AFTER DELETE ON executions BEGIN
    DELETE FROM execution_index WHERE rowid = old.id;
END;

-- Full text of workers. They have no rowid, so a table names them.
CREATE INDEX workers_found_by_id ON workers (worker_id);

CREATE TABLE worker_texts (
    id        INTEGER NOT NULL PRIMARY KEY,
    actor     TEXT    NOT NULL,
    worker_id TEXT    NOT NULL,
    UNIQUE (actor, worker_id)
) STRICT;

CREATE VIRTUAL TABLE worker_index USING fts5 (text, content = '', contentless_delete = 1);

CREATE VIEW worker_words AS
SELECT actor, worker_id, concat_ws(' ', worker_id, image, location, host, host_ip) AS text FROM workers;

INSERT INTO worker_texts (actor, worker_id) SELECT actor, worker_id FROM workers;
INSERT INTO worker_index (rowid, text) SELECT t.id, w.text FROM worker_texts t JOIN worker_words w ON w.actor = t.actor AND w.worker_id = t.worker_id;

CREATE TRIGGER workers_index_added AFTER INSERT ON workers BEGIN
    INSERT INTO worker_texts (actor, worker_id) VALUES (new.actor, new.worker_id);
    INSERT INTO worker_index (rowid, text)
    SELECT t.id, w.text FROM worker_texts t JOIN worker_words w ON w.actor = t.actor AND w.worker_id = t.worker_id
    WHERE t.actor = new.actor AND t.worker_id = new.worker_id;
END;

CREATE TRIGGER workers_index_removed AFTER DELETE ON workers BEGIN
    DELETE FROM worker_index WHERE rowid = (SELECT id FROM worker_texts WHERE actor = old.actor AND worker_id = old.worker_id);
    DELETE FROM worker_texts WHERE actor = old.actor AND worker_id = old.worker_id;
END;
