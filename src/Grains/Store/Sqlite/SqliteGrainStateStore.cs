namespace Abaco.Store.Sqlite;

/// <summary>Reads grain state on SQLite.</summary>
internal sealed class SqliteGrainStateStore(SqliteReaders readers) : IGrainStateStore
{
    // '_' ends the tenant in a key; '`' is the character after it, so the range holds this tenant's keys and no other's.
    private const string Readable = """
        SELECT g.grain_key, g.state FROM grains.grain_state g
        WHERE g.grain_type = $type AND g.grain_key > $tenant || '_' AND g.grain_key < $tenant || '`' AND EXISTS (
            SELECT 1 FROM json_each(g.state, '$.Permissions') p WHERE p.key IN ($user, 'ABACO_WORLD') AND p.value >= 1)
        ORDER BY g.grain_key
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainStateRow>> ListReadableAsync(string type, string tenant, string user) =>
        readers.ReadAsync<IReadOnlyList<GrainStateRow>>(session => session.Prepare(Readable)
            .Set("$type", type).Set("$tenant", tenant).Set("$user", user).All(row => new GrainStateRow(row.GetString(0), row.GetString(1))));
}
