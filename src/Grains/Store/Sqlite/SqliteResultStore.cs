namespace Abaco.Store.Sqlite;

/// <summary>Results of executions on SQLite.</summary>
internal sealed class SqliteResultStore(SqliteWriter writer) : IResultStore
{
    private const string Insert = """
        INSERT INTO results (actor, execution_id, ended, bytes)
        SELECT $actor, $execution, CASE WHEN status >= 2 THEN finished END, $bytes FROM executions WHERE actor = $actor AND execution_id = $execution
        """;

    private const string Pop = """
        DELETE FROM results WHERE id = (SELECT id FROM results WHERE actor = $actor AND execution_id = $execution ORDER BY id LIMIT 1) RETURNING bytes
        """;

    private const string Expire =
        "DELETE FROM results WHERE id IN (SELECT id FROM results WHERE ended IS NOT NULL AND ended < $before LIMIT $limit)";

    /// <inheritdoc/>
    public Task AppendAsync(string actor, string executionId, byte[] bytes) => writer.WriteAsync(
        session => session.Prepare(Insert).Set("$actor", actor).Set("$execution", executionId).Set("$bytes", bytes).Run(), bytes.Length);

    /// <inheritdoc/>
    public Task<byte[]?> PopAsync(string actor, string executionId) => writer.WriteAsync(session =>
        session.Prepare(Pop).Set("$actor", actor).Set("$execution", executionId).TryFirst(row => row.Bytes(0), out var bytes) ? bytes : null);

    /// <inheritdoc/>
    public Task<int> ExpireAsync(DateTimeOffset endedBefore, int limit) => writer.WriteAsync(session =>
        session.Prepare(Expire).Set("$before", endedBefore).Set("$limit", limit).Run());
}
