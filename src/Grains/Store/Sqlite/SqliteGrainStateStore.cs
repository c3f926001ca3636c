using Microsoft.Data.Sqlite;

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

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainStateRow>> ListReadableAsync(string type, string tenant, string user) =>
        readers.ReadAsync<IReadOnlyList<GrainStateRow>>(session => session.Prepare(Readable)
            .Set("$type", type).Set("$tenant", tenant).Set("$user", user).All(Row));

    /// <inheritdoc/>
    public Task<IReadOnlyList<GrainStateRow>> ListNoncesAsync(string target, int limit) => readers.ReadAsync<IReadOnlyList<GrainStateRow>>(session =>
        session.Prepare(Nonces).Set("$target", target).Set("$limit", limit).All(Row));

    private static GrainStateRow Row(SqliteDataReader row) => new(row.GetString(0), row.GetString(1));
}
