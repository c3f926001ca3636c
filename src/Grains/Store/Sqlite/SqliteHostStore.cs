namespace Abaco.Store.Sqlite;

/// <summary>Reports of hosts on SQLite.</summary>
internal sealed class SqliteHostStore(SqliteWriter writer, SqliteReaders readers) : IHostStore
{
    private const string Count = """
        INSERT INTO hosts (host, counter, silo, seen) VALUES ($host, 1, $silo, $now)
        ON CONFLICT (host) DO UPDATE SET counter = counter + 1, silo = excluded.silo, seen = excluded.seen
        """;

    private const string Leases = $"""
        SELECT {ExecutionColumns.LeaseButStop},
            stop_requested OR NOT EXISTS (SELECT 1 FROM actors a WHERE a.actor = executions.actor AND a.phase <> 2)
        FROM executions WHERE host = $host AND {ExecutionColumns.IsRunning}
        """;

    private const string Holders = $"""
        SELECT held.host, COALESCE(h.counter, 0)
        FROM (SELECT DISTINCT host FROM executions WHERE {ExecutionColumns.IsRunning}) held LEFT JOIN hosts h ON h.host = held.host
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<LeaseRow>> ReportAsync(string host, string silo, DateTimeOffset now) => writer.WriteAsync<IReadOnlyList<LeaseRow>>(session =>
    {
        session.Prepare(Count).Set("$host", host).Set("$silo", silo).Set("$now", now).Run();
        return session.Prepare(Leases).Set("$host", host).All(ExecutionColumns.Lease);
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<HostCount>> ListHoldersAsync() => readers.ReadAsync<IReadOnlyList<HostCount>>(session =>
        session.Prepare(Holders).All(row => new HostCount(row.GetString(0), row.GetInt64(1))));
}
