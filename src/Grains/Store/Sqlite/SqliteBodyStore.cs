namespace Abaco.Store.Sqlite;

/// <summary>Bodies of binary messages on SQLite.</summary>
internal sealed class SqliteBodyStore(SqliteWriter writer, SqliteReaders readers) : IBodyStore
{
    private const string Begin = "INSERT INTO uploads (upload_id, begun) VALUES ($upload, $now) ON CONFLICT (upload_id) DO NOTHING";

    private const string Insert = """
        INSERT INTO body_chunks (upload_id, chunk_index, bytes) VALUES ($upload, $index, $bytes) ON CONFLICT (upload_id, chunk_index) DO NOTHING
        """;

    private const string NextToGo = """
        SELECT upload_id FROM uploads WHERE state = 2 UNION ALL SELECT upload_id FROM uploads WHERE state = 0 AND begun < $before LIMIT 1
        """;

    private const string RemoveChunks =
        "DELETE FROM body_chunks WHERE id IN (SELECT id FROM body_chunks WHERE upload_id = $upload LIMIT $limit)";

    /// <inheritdoc/>
    public Task AppendAsync(string uploadId, int index, ReadOnlyMemory<byte> bytes, DateTimeOffset now)
    {
        var copy = bytes.ToArray();
        return writer.WriteAsync(
            session =>
            {
                session.Prepare(Begin).Set("$upload", uploadId).Set("$now", now).Run();
                if (session.Prepare(Insert).Set("$upload", uploadId).Set("$index", index).Set("$bytes", copy).Run() == 1)
                {
                    session.Prepare("UPDATE uploads SET bytes = bytes + $size WHERE upload_id = $upload")
                        .Set("$upload", uploadId).Set("$size", copy.Length).Run();
                }

                return true;
            },
            copy.Length);
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string uploadId, int index) => readers.ReadAsync(session =>
        session.Prepare("SELECT bytes FROM body_chunks WHERE upload_id = $upload AND chunk_index = $index")
            .Set("$upload", uploadId).Set("$index", index).TryFirst(row => row.Bytes(0), out var bytes) ? bytes : null);

    /// <inheritdoc/>
    public Task DiscardAsync(string uploadId) => writer.WriteAsync(session =>
        session.Prepare("UPDATE uploads SET state = 2 WHERE upload_id = $upload AND state = 0").Set("$upload", uploadId).Run());

    /// <inheritdoc/>
    public Task<int> SweepAsync(DateTimeOffset before, int limit) => writer.WriteAsync(session =>
    {
        // Upload by upload, so that a batch costs the same however many are to go.
        var removed = 0;
        while (removed < limit && session.Prepare(NextToGo).Set("$before", before).TryFirst(row => row.GetString(0), out var upload))
        {
            removed += session.Prepare(RemoveChunks).Set("$upload", upload).Set("$limit", limit - removed).Run();
            if (removed < limit)
                session.Prepare("DELETE FROM uploads WHERE upload_id = $upload").Set("$upload", upload).Run();
        }

        return removed;
    });
}
