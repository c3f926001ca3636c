-- What deleted actors had, in sum, for reports over all that there ever was. An actor whose creation was cut off (epoch 0) never was.
CREATE TABLE removed_actors (
    tenant          TEXT    NOT NULL PRIMARY KEY,
    actors          INTEGER NOT NULL,
    with_executions INTEGER NOT NULL,
    executions      INTEGER NOT NULL,
    runtime         INTEGER NOT NULL,
    cpu             INTEGER NOT NULL,
    io              INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER actors_removed AFTER DELETE ON actors WHEN old.epoch > 0 BEGIN
    INSERT INTO removed_actors (tenant, actors, with_executions, executions, runtime, cpu, io)
    VALUES (old.tenant, 1, old.total_executions > 0, old.total_executions, old.total_runtime, old.total_cpu, old.total_io)
    ON CONFLICT (tenant) DO UPDATE SET actors = actors + 1, with_executions = with_executions + excluded.with_executions,
        executions = executions + excluded.executions, runtime = runtime + excluded.runtime, cpu = cpu + excluded.cpu, io = io + excluded.io;
END;
