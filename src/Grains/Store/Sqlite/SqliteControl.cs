namespace Abaco.Store.Sqlite;

/// <summary>The SQLite store as a whole.</summary>
internal sealed class SqliteControl(SqliteWriter writer, SqliteReaders readers, string clusterId) : IStoreControl
{
    private const string PurgedActor = "SELECT actor, generation FROM actors WHERE purged > 0 LIMIT 1";

    private const string Pick = """
        SELECT id, execution_id, upload_id FROM executions WHERE actor = $actor AND status = 0 AND generation < $generation LIMIT $limit
        """;

    /// <inheritdoc/>
    public string ClusterId => clusterId;

    /// <inheritdoc/>
    public async Task<string?> CheckAsync()
    {
        try
        {
            await writer.WriteAsync(session => session.Prepare("UPDATE cluster SET checked = checked + 1").Run());
            await readers.ReadAsync(session => session.Prepare("SELECT id FROM cluster").TryFirst(row => row.GetString(0), out _));
            return null;
        }
        catch (AbacoException exception)
        {
            return exception.Message;
        }
    }

    /// <inheritdoc/>
    public Task<int> RemovePurgedAsync(int limit) => writer.WriteAsync(session =>
    {
        if (!session.Prepare(PurgedActor).TryFirst(row => (Actor: row.GetString(0), Generation: row.GetInt64(1)), out var found))
            return 0;
        var rows = session.Prepare(Pick).Set("$actor", found.Actor).Set("$generation", found.Generation).Set("$limit", limit)
            .All(row => (Id: row.GetInt64(0), Execution: row.GetString(1), Upload: row.TextOrNull(2)));
        foreach (var (id, execution, upload) in rows)
        {
            // An attempt that was lost before the purge may have left results, which no end of the execution will ever let expire.
            session.Prepare("DELETE FROM executions WHERE id = $id").Set("$id", id).Run();
            session.Prepare("DELETE FROM results WHERE actor = $actor AND execution_id = $execution")
                .Set("$actor", found.Actor).Set("$execution", execution).Run();
            if (upload is not null)
                session.Prepare("UPDATE uploads SET state = 2 WHERE upload_id = $upload").Set("$upload", upload).Run();
        }

        session.Prepare("UPDATE actors SET purged = CASE WHEN $removed < $limit THEN 0 ELSE purged - $removed END WHERE actor = $actor")
            .Set("$actor", found.Actor).Set("$removed", rows.Count).Set("$limit", limit).Run();
        return rows.Count;
    });
}
