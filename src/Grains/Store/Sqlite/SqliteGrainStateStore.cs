namespace Abaco.Store.Sqlite;

/// <summary>Reads grain state on SQLite.</summary>
internal sealed class SqliteGrainStateStore(SqliteReaders readers) : IGrainStateStore
{
    private const string Readable = """
        SELECT g.grain_key, g.state FROM grains.grain_state g WHERE g.grain_type = $type AND g.grain_key IN (
            SELECT grain_key FROM grains.readers WHERE grain_type = $type AND tenant = $tenant AND user IN ($user, 'ABACO_WORLD'))
        ORDER BY g.grain_key
        """;

    private const string Nonces = """
        SELECT g.grain_key, g.state FROM grains.grain_state g
        WHERE g.grain_type = 'nonce' AND json_extract(g.state, '$.Target') = $target LIMIT $limit
        """;

    // '_' ends the tenant in a key; '`' is the character after it, so the range holds this tenant's keys and no other's.
    private const string Configs = """
        SELECT c.grain_key, c.state FROM (
            SELECT DISTINCT t.grain_key FROM grains.config_targets t WHERE t.tenant = $tenant AND t.target IN (
                SELECT $id UNION ALL SELECT substr(l.grain_key, length($tenant) + 2) FROM grains.grain_state l
                WHERE l.grain_type = 'alias' AND json_extract(l.state, '$.ActorId') = $id
                    AND l.grain_key > $tenant || '_' AND l.grain_key < $tenant || '`')) v
            CROSS JOIN grains.grain_state c ON c.grain_type = 'config' AND c.grain_key = v.grain_key
        WHERE EXISTS (SELECT 1 FROM grains.grain_state a, json_each(a.state, '$.Permissions') p
            WHERE a.grain_type = 'actor' AND a.grain_key = $actor AND p.key IN (json_extract(c.state, '$.Owner'), 'ABACO_WORLD') AND p.value >= 3)
        ORDER BY c.grain_key
        """;

    private const string Secrets = """
        SELECT grain_key, state FROM grains.grain_state WHERE grain_type = 'config' AND json_extract(state, '$.Secret') IS NOT NULL
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainStateRow>> ListReadableAsync(string type, string tenant, string user) =>
        readers.ReadAsync<IReadOnlyList<GrainStateRow>>(session => session.Prepare(Readable)
            .Set("$type", type).Set("$tenant", tenant).Set("$user", user).All(Row));

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainStateRow>> ListNoncesAsync(string target, int limit) => readers.ReadAsync<IReadOnlyList<GrainStateRow>>(session =>
        session.Prepare(Nonces).Set("$target", target).Set("$limit", limit).All(Row));

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainStateRow>> ListConfigsAsync(ActorKey actor) => readers.ReadAsync<IReadOnlyList<GrainStateRow>>(session =>
        session.Prepare(Configs).Set("$tenant", actor.Tenant).Set("$id", actor.ActorId).Set("$actor", actor.ToString()).All(Row));

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainStateRow>> ListSecretsAsync() =>
        readers.ReadAsync<IReadOnlyList<GrainStateRow>>(session => session.Prepare(Secrets).All(Row));

    private static GrainStateRow Row(SqliteRow row) => new(row.GetString(0), row.GetString(1));
}
