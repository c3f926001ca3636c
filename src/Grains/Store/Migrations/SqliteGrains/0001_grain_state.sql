-- grains.db: what Microsoft.Orleans.Persistence.AdoNet reads and writes. The state is JSON text, so that actors can be listed where they lie.
-- The provider's hashes are not needed: the whole key is the primary key.

CREATE TABLE grain_state (
    grain_type TEXT    NOT NULL,
    grain_key  TEXT    NOT NULL,
    key_n0     INTEGER NOT NULL,
    key_n1     INTEGER NOT NULL,
    service_id TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    PRIMARY KEY (grain_type, grain_key, key_n0, key_n1, service_id)
) STRICT;

CREATE TABLE OrleansQuery (
    QueryKey  TEXT NOT NULL PRIMARY KEY,
    QueryText TEXT NOT NULL
) STRICT;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadFromStorageKey', '
SELECT CAST(state AS BLOB) AS PayloadBinary, version AS Version
FROM grain_state
WHERE grain_type = @GrainTypeString AND grain_key = COALESCE(@GrainIdExtensionString, '''')
  AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND service_id = @ServiceId;
');

-- A null or 0 version means "there is no row". The provider takes an unchanged or null version for a conflict, but no row at all for success:
-- so a row is always answered.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('WriteToStorageKey', '
INSERT INTO grain_state (grain_type, grain_key, key_n0, key_n1, service_id, version, state)
SELECT @GrainTypeString, COALESCE(@GrainIdExtensionString, ''''), @GrainIdN0, @GrainIdN1, @ServiceId, 1, CAST(@PayloadBinary AS TEXT)
WHERE COALESCE(@GrainStateVersion, 0) = 0 OR EXISTS (
    SELECT 1 FROM grain_state
    WHERE grain_type = @GrainTypeString AND grain_key = COALESCE(@GrainIdExtensionString, '''')
      AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND service_id = @ServiceId)
ON CONFLICT (grain_type, grain_key, key_n0, key_n1, service_id)
DO UPDATE SET version = version + 1, state = excluded.state WHERE version = @GrainStateVersion;
SELECT CASE WHEN changes() > 0 THEN COALESCE(@GrainStateVersion, 0) + 1 ELSE @GrainStateVersion END AS NewGrainStateVersion;
');

-- Clearing removes the row; version 0 lets the same activation write again.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ClearStorageKey', '
DELETE FROM grain_state
WHERE grain_type = @GrainTypeString AND grain_key = COALESCE(@GrainIdExtensionString, '''')
  AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1 AND service_id = @ServiceId AND version = @GrainStateVersion;
SELECT CASE WHEN changes() > 0 THEN 0 ELSE @GrainStateVersion END AS NewGrainStateVersion;
');
