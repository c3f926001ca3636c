-- Who may READ what, and what of actors is searched: kept by triggers in the transaction of each state's write, so they cannot differ from it.

-- One row for each user of a grain's Permissions with at least READ (1); ABACO_WORLD stands for everybody of the tenant. A key's tenant ends at the first '_'.
CREATE TABLE readers (
    grain_type TEXT NOT NULL,
    tenant     TEXT NOT NULL,
    user       TEXT NOT NULL,
    grain_key  TEXT NOT NULL,
    PRIMARY KEY (grain_type, tenant, user, grain_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX readers_of_grain ON readers (grain_key, grain_type);

INSERT INTO readers (grain_type, tenant, user, grain_key)
SELECT g.grain_type, substr(g.grain_key, 1, instr(g.grain_key, '_') - 1), p.key, g.grain_key
FROM grain_state g, json_each(g.state, '$.Permissions') p WHERE p.value >= 1;

CREATE TRIGGER grain_state_readers_added AFTER INSERT ON grain_state BEGIN
    INSERT INTO readers (grain_type, tenant, user, grain_key)
    SELECT new.grain_type, substr(new.grain_key, 1, instr(new.grain_key, '_') - 1), p.key, new.grain_key
    FROM json_each(new.state, '$.Permissions') p WHERE p.value >= 1;
END;

CREATE TRIGGER grain_state_readers_changed AFTER UPDATE ON grain_state
WHEN json_extract(new.state, '$.Permissions') IS NOT json_extract(old.state, '$.Permissions') BEGIN
    DELETE FROM readers WHERE grain_type = old.grain_type AND grain_key = old.grain_key;
    INSERT INTO readers (grain_type, tenant, user, grain_key)
    SELECT new.grain_type, substr(new.grain_key, 1, instr(new.grain_key, '_') - 1), p.key, new.grain_key
    FROM json_each(new.state, '$.Permissions') p WHERE p.value >= 1;
END;

CREATE TRIGGER grain_state_readers_removed AFTER DELETE ON grain_state BEGIN
    DELETE FROM readers WHERE grain_type = old.grain_type AND grain_key = old.grain_key;
END;

-- Fields of actors that a search may begin with; they are null, and few, for grains of other types.
CREATE INDEX actors_image ON grain_state (grain_type, json_extract(state, '$.Definition.Image'));
CREATE INDEX actors_name ON grain_state (grain_type, json_extract(state, '$.Definition.Name'));
CREATE INDEX actors_owner ON grain_state (grain_type, json_extract(state, '$.Owner'));
CREATE INDEX actors_updated ON grain_state (grain_type, CAST(round(1000 * unixepoch(json_extract(state, '$.Updated'), 'subsec')) AS INTEGER));

-- Full text of actors. A grain's row has no number that lasts, so a table gives one.
CREATE TABLE actor_texts (
    id    INTEGER NOT NULL PRIMARY KEY,
    actor TEXT    NOT NULL UNIQUE
) STRICT;

CREATE VIRTUAL TABLE actor_index USING fts5 (text, content = '', contentless_delete = 1);

CREATE VIEW actor_words AS
SELECT grain_key AS actor, concat_ws(' ', substr(grain_key, instr(grain_key, '_') + 1), json_extract(state, '$.Owner'),
    json_extract(state, '$.Definition.Name'), json_extract(state, '$.Definition.Description'), json_extract(state, '$.Definition.Image'),
    json_extract(state, '$.Definition.Queue'), json_extract(state, '$.Definition.Hints')) AS text
FROM grain_state WHERE grain_type = 'actor';

INSERT INTO actor_texts (actor) SELECT actor FROM actor_words;
INSERT INTO actor_index (rowid, text) SELECT t.id, w.text FROM actor_texts t JOIN actor_words w ON w.actor = t.actor;

CREATE TRIGGER actor_index_added AFTER INSERT ON grain_state WHEN new.grain_type = 'actor' BEGIN
    INSERT INTO actor_texts (actor) VALUES (new.grain_key);
    INSERT INTO actor_index (rowid, text) SELECT t.id, w.text FROM actor_texts t JOIN actor_words w ON w.actor = t.actor WHERE t.actor = new.grain_key;
END;

CREATE TRIGGER actor_index_changed AFTER UPDATE ON grain_state
WHEN new.grain_type = 'actor' AND json_extract(new.state, '$.Definition') IS NOT json_extract(old.state, '$.Definition') BEGIN
    DELETE FROM actor_index WHERE rowid = (SELECT id FROM actor_texts WHERE actor = old.grain_key);
    INSERT INTO actor_index (rowid, text) SELECT t.id, w.text FROM actor_texts t JOIN actor_words w ON w.actor = t.actor WHERE t.actor = new.grain_key;
END;

CREATE TRIGGER actor_index_removed AFTER DELETE ON grain_state WHEN old.grain_type = 'actor' BEGIN
    DELETE FROM actor_index WHERE rowid = (SELECT id FROM actor_texts WHERE actor = old.grain_key);
    DELETE FROM actor_texts WHERE actor = old.grain_key;
END;
