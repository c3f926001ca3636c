-- Which configs name an actor, by its id or by an alias (rest-api.md, Configs): kept in the transaction of each config's write.
CREATE TABLE config_targets (
    tenant    TEXT NOT NULL,
    target    TEXT NOT NULL,
    grain_key TEXT NOT NULL,
    PRIMARY KEY (tenant, target, grain_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX config_targets_of_grain ON config_targets (grain_key);

CREATE TRIGGER config_targets_added AFTER INSERT ON grain_state WHEN new.grain_type = 'config' BEGIN
    INSERT INTO config_targets (tenant, target, grain_key)
    SELECT substr(new.grain_key, 1, instr(new.grain_key, '_') - 1), t.value, new.grain_key FROM json_each(new.state, '$.Targets') t;
END;

CREATE TRIGGER config_targets_changed AFTER UPDATE ON grain_state WHEN new.grain_type = 'config' BEGIN
    DELETE FROM config_targets WHERE grain_key = old.grain_key;
    INSERT INTO config_targets (tenant, target, grain_key)
    SELECT substr(new.grain_key, 1, instr(new.grain_key, '_') - 1), t.value, new.grain_key FROM json_each(new.state, '$.Targets') t;
END;

CREATE TRIGGER config_targets_removed AFTER DELETE ON grain_state WHEN old.grain_type = 'config' BEGIN
    DELETE FROM config_targets WHERE grain_key = old.grain_key;
END;

-- The aliases that point to an actor.
CREATE INDEX aliases_actor ON grain_state (grain_type, json_extract(state, '$.ActorId'));
