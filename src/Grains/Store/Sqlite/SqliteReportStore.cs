using Abaco.Catalog;
using Abaco.Workers;

namespace Abaco.Store.Sqlite;

/// <summary>Reports on SQLite.</summary>
internal sealed class SqliteReportStore(SqliteReaders readers) : IReportStore
{
    // '_' ends the tenant in a key; '`' is the character after it, so the range holds this tenant's keys and no other's.
    private const string OfTenant = "actor > $tenant || '_' AND actor < $tenant || '`'";

    private const string Live = """
        FROM actors a JOIN grains.grain_state g ON g.grain_type = 'actor' AND g.grain_key = a.actor LEFT JOIN schedules s ON s.actor = a.actor
        WHERE a.tenant = $tenant AND a.phase = 1 ORDER BY a.created, a.actor
        """;

    private const string Actors = $"SELECT {SqliteActorStore.Columns}, g.state, s.due, a.waiting, a.total_executions, a.total_runtime {Live}";

    private const string Workers = $"SELECT {SqliteWorkerStore.Columns}, w.actor FROM workers w WHERE w.{OfTenant} ORDER BY w.actor, w.worker_id";

    private const string Sums = $"""
        SELECT a.actor, a.owner, json_extract(g.state, '$.Definition.Image'), 1, a.total_executions > 0, a.total_executions, a.total_runtime, a.total_cpu,
            a.total_io {Live}
        """;

    private const string Removed = "SELECT actors, with_executions, executions, runtime, cpu, io FROM removed_actors WHERE tenant = $tenant";

    // The index of demand holds only actors with work, of all tenants.
    private const string Counts = $"""
        SELECT (SELECT count(*) FROM actors WHERE tenant = $tenant AND phase = 1),
            coalesce((SELECT actors FROM removed_actors WHERE tenant = $tenant), 0),
            (SELECT count(*) FROM workers WHERE {OfTenant}),
            (SELECT count(*) FROM actors INDEXED BY actors_demand
                WHERE phase = 1 AND status <> 2 AND (waiting > 0 OR status = 0) AND {OfTenant})
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReportedActor>> ListActorsAsync(string tenant) => readers.ReadAsync<IReadOnlyList<ReportedActor>>(session =>
        session.Prepare(Actors).Set("$tenant", tenant).All(row => new ReportedActor(
            new ActorListing(SqliteActorStore.Row(row), row.GetString(7), row.TimeOrNull(8)), row.GetInt64(9), row.GetInt64(10),
            TimeSpan.FromMilliseconds(row.GetInt64(11)))));

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerSnapshot>> ListWorkersAsync(string tenant) => readers.ReadAsync<IReadOnlyList<WorkerSnapshot>>(session =>
        session.Prepare(Workers).Set("$tenant", tenant).All(row => SqliteWorkerStore.Snapshot(row, ActorKey.Parse(row.GetString(12)))));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActorTotals>> SumByActorAsync(string tenant) => readers.ReadAsync<IReadOnlyList<ActorTotals>>(session =>
        session.Prepare(Sums).Set("$tenant", tenant).All(row => new ActorTotals(
            ActorKey.Parse(row.GetString(0)).ActorId, row.GetString(1), row.GetString(2), Totals(row, 3))));

    /// <inheritdoc/>
    public Task<ExecutionTotals> SumRemovedAsync(string tenant) => readers.ReadAsync(session =>
        session.Prepare(Removed).Set("$tenant", tenant).TryFirst(row => Totals(row, 0), out var totals) ? totals : new(0, 0, 0, TimeSpan.Zero, 0, 0));

    /// <inheritdoc/>
    public Task<TenantCounts> CountAsync(string tenant) => readers.ReadAsync(session =>
    {
        session.Prepare(Counts).Set("$tenant", tenant)
            .TryFirst(row => new TenantCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), out var counts);
        return counts;
    });

    private static ExecutionTotals Totals(SqliteRow row, int first) => new(
        row.GetInt64(first), row.GetInt64(first + 1), row.GetInt64(first + 2), TimeSpan.FromMilliseconds(row.GetInt64(first + 3)), row.GetInt64(first + 4),
        row.GetInt64(first + 5));
}
