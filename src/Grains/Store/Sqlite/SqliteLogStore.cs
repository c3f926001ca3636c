namespace Abaco.Store.Sqlite;

/// <summary>Logs on SQLite: compressed text and an index row under the same id.</summary>
internal sealed class SqliteLogStore(SqliteWriter writer, SqliteReaders readers) : ILogStore
{
    /// <summary>Characters of a log that full-text search sees.</summary>
    private const int IndexedLength = 100_000;

    private const string Standing = "SELECT id, attempt FROM logs WHERE actor = $actor AND execution_id = $execution";

    private const string Insert = """
        INSERT INTO logs (actor, execution_id, attempt, expires, text)
        SELECT $actor, $execution, $attempt, $expires, $text FROM executions WHERE actor = $actor AND execution_id = $execution RETURNING id
        """;

    private const string Expired = "SELECT id FROM logs WHERE expires < $now LIMIT $limit";

    /// <inheritdoc/>
    public Task CommitAsync(string actor, string executionId, int attempt, string text, DateTimeOffset expires)
    {
        var compressed = LogBlob.Compress(text);
        var indexed = text.Length > IndexedLength ? text[..IndexedLength] : text;
        return writer.WriteAsync(
            session =>
            {
                if (session.Prepare(Standing).Set("$actor", actor).Set("$execution", executionId)
                    .TryFirst(row => (Id: row.GetInt64(0), Attempt: row.GetInt32(1)), out var standing))
                {
                    if (standing.Attempt > attempt)
                        return false;
                    Remove(session, standing.Id);
                }

                if (!session.Prepare(Insert)
                    .Set("$actor", actor).Set("$execution", executionId).Set("$attempt", attempt).Set("$expires", expires).Set("$text", compressed)
                    .TryFirst(row => row.GetInt64(0), out var id))
                    return false;
                session.Prepare("INSERT INTO log_index (rowid, text) VALUES ($id, $text)").Set("$id", id).Set("$text", indexed).Run();
                return true;
            },
            compressed.Length + indexed.Length);
    }

    /// <inheritdoc/>
    public async Task<string?> ReadAsync(string actor, string executionId, DateTimeOffset now)
    {
        var compressed = await readers.ReadAsync(session =>
            session.Prepare("SELECT text FROM logs WHERE actor = $actor AND execution_id = $execution AND expires >= $now")
                .Set("$actor", actor).Set("$execution", executionId).Set("$now", now).TryFirst(row => row.Bytes(0), out var bytes) ? bytes : null);
        return compressed is null ? null : LogBlob.Decompress(compressed);
    }

    /// <inheritdoc/>
    public Task<int> ExpireAsync(DateTimeOffset now, int limit) => writer.WriteAsync(session =>
    {
        var ids = session.Prepare(Expired).Set("$now", now).Set("$limit", limit).All(row => row.GetInt64(0));
        foreach (var id in ids)
            Remove(session, id);
        return ids.Count;
    });

    private static void Remove(SqliteSession session, long id)
    {
        session.Prepare("DELETE FROM log_index WHERE rowid = $id").Set("$id", id).Run();
        session.Prepare("DELETE FROM logs WHERE id = $id").Set("$id", id).Run();
    }
}
