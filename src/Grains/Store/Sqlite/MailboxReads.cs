using Abaco.Executions;

namespace Abaco.Store.Sqlite;

/// <summary>Reads of the mailbox; a waiting row of an older generation than its actor's was purged and is not seen.</summary>
internal static class MailboxReads
{
    private const string Pending = $"""
        SELECT sequence, execution_id FROM executions
        WHERE actor = $actor AND {ExecutionColumns.IsWaiting} AND generation = $generation AND sequence > $after AND sequence <= $through
        ORDER BY sequence LIMIT $limit
        """;

    private const string Generation = "SELECT generation FROM actors WHERE actor = $actor AND phase <> 2";

    private const string One = $"""
        SELECT {ExecutionColumns.All} FROM executions
        WHERE actor = $actor AND execution_id = $execution AND (status <> 0 OR generation = $generation)
        """;

    private const string Totals = """
        SELECT generation, total_executions, total_cpu, total_io, total_runtime FROM actors WHERE actor = $actor AND phase <> 2
        """;

    private const string ItemColumns = "sequence, execution_id, status, started, finished, received";

    private const string NewestWaiting = $"""
        SELECT {ItemColumns} FROM executions WHERE actor = $actor AND {ExecutionColumns.IsWaiting} AND generation = $generation
        ORDER BY sequence DESC LIMIT $limit
        """;

    private const string NewestTaken = $"""
        SELECT {ItemColumns} FROM executions WHERE actor = $actor AND {ExecutionColumns.WasTaken} ORDER BY sequence DESC LIMIT $limit
        """;

    private const string OfHost = $"SELECT {ExecutionColumns.OfLease} FROM executions WHERE host = $host AND {ExecutionColumns.IsRunning}";

    /// <summary>Reads waiting messages.</summary>
    /// <param name="session">A session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="after">Only higher sequences.</param>
    /// <param name="through">Only up to this.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>In order.</returns>
    public static IReadOnlyList<PendingMessage> ReadPending(SqliteSession session, string actor, long after, long through, int limit) =>
        TryGeneration(session, actor, out var generation)
            ? session.Prepare(Pending)
                .Set("$actor", actor).Set("$generation", generation).Set("$after", after).Set("$through", through).Set("$limit", limit)
                .All(row => new PendingMessage(row.GetInt64(0), row.GetString(1)))
            : [];

    /// <summary>Reads one record.</summary>
    /// <param name="session">A session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The row.</param>
    /// <returns>Null when there is none.</returns>
    public static ExecutionRow? Get(SqliteSession session, string actor, string executionId)
    {
        if (!TryGeneration(session, actor, out var generation))
            return null;
        session.Prepare(One).Set("$actor", actor).Set("$execution", executionId).Set("$generation", generation)
            .TryFirst(ExecutionColumns.Record, out var record);
        return record;
    }

    /// <summary>Lists the newest records: those that wait and those that were taken lie in two indices.</summary>
    /// <param name="session">A session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>Oldest first, and the totals.</returns>
    public static ExecutionList List(SqliteSession session, string actor, int limit)
    {
        if (!session.Prepare(Totals).Set("$actor", actor)
            .TryFirst(row => (Generation: row.GetInt64(0), Count: row.GetInt64(1), Cpu: row.GetInt64(2), Io: row.GetInt64(3), Runtime: row.GetInt64(4)), out var totals))
            return new ExecutionList("", [], 0, 0, 0, TimeSpan.Zero);
        var waiting = session.Prepare(NewestWaiting).Set("$actor", actor).Set("$generation", totals.Generation).Set("$limit", limit).All(Item);
        var taken = session.Prepare(NewestTaken).Set("$actor", actor).Set("$limit", limit).All(Item);
        var newest = waiting.Concat(taken).OrderByDescending(item => item.Sequence).Take(limit).Reverse().Select(item => item.Item);
        return new ExecutionList("", [.. newest], totals.Count, totals.Cpu, totals.Io, TimeSpan.FromMilliseconds(totals.Runtime));
    }

    /// <summary>Lists a host's leases.</summary>
    /// <param name="session">A session.</param>
    /// <param name="host">The host.</param>
    /// <returns>In no order.</returns>
    public static IReadOnlyList<LeaseRow> ListLeases(SqliteSession session, string host) =>
        session.Prepare(OfHost).Set("$host", host).All(ExecutionColumns.Lease);

    private static bool TryGeneration(SqliteSession session, string actor, out long generation) =>
        session.Prepare(Generation).Set("$actor", actor).TryFirst(row => row.GetInt64(0), out generation);

    private static (long Sequence, ExecutionItem Item) Item(SqliteRow row) => (
        row.GetInt64(0),
        new ExecutionItem(row.GetString(1), (ExecutionStatus)row.GetInt32(2), row.TimeOrNull(3), row.TimeOrNull(4), row.Time(5)));
}
