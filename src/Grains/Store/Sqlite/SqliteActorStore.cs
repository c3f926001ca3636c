using Abaco.Actors;
using Abaco.Events;

namespace Abaco.Store.Sqlite;

/// <summary>Rows of actors on SQLite.</summary>
internal sealed class SqliteActorStore(SqliteWriter writer, SqliteReaders readers, TimeProvider time) : IActorStore
{
    /// <summary>What <see cref="Row"/> reads.</summary>
    public const string Columns = "a.actor, a.owner, a.queue, a.phase, a.status, a.status_message, a.created";

    private const string Insert = """
        INSERT INTO actors (actor, tenant, owner, queue, phase, phase_since, status, created, status_message)
        VALUES ($actor, $tenant, $owner, $queue, 0, $now, 0, $now, '') ON CONFLICT (actor) DO NOTHING
        """;

    private const string One = $"SELECT {Columns} FROM actors a WHERE a.actor = $actor";

    private const string Listing = $"""
        SELECT {Columns}, g.state, s.due FROM (SELECT DISTINCT grain_key AS actor FROM grains.readers
                WHERE grain_type = 'actor' AND tenant = $tenant AND user IN ($user, 'ABACO_WORLD')) v
            CROSS JOIN actors a ON a.actor = v.actor CROSS JOIN grains.grain_state g ON g.grain_type = 'actor' AND g.grain_key = a.actor
            LEFT JOIN schedules s ON s.actor = a.actor
        WHERE a.tenant = $tenant AND a.phase = 1 ORDER BY a.created, a.actor
        """;

    private const string HalfMade = $"""
        SELECT {Columns} FROM actors a WHERE a.phase <> 1 AND a.phase_since < $before
        UNION ALL SELECT {Columns} FROM actors a WHERE a.changing IS NOT NULL AND a.changing < $before AND a.phase = 1
        LIMIT $limit
        """;

    private const string Demand = """
        SELECT actor, waiting FROM actors
        WHERE queue = $queue AND actor > $after AND phase = 1 AND status <> 2 AND (waiting > 0 OR status = 0) ORDER BY actor LIMIT $limit
        """;

    private const string SomeExecutions = "SELECT id FROM executions WHERE actor = $actor ORDER BY execution_id LIMIT $limit";

    /// <summary>What a deleted actor owned, in the order of removal; only large tables are taken in batches.</summary>
    private static readonly (bool Batched, string Remove)[] Parts =
    [
        (false, $"UPDATE uploads SET state = 2 WHERE upload_id IN (SELECT upload_id FROM executions WHERE id IN ({SomeExecutions}))"),
        (true, $"DELETE FROM executions WHERE id IN ({SomeExecutions})"),
        (true, "DELETE FROM results WHERE id IN (SELECT id FROM results WHERE actor = $actor LIMIT $limit)"),
        (false, "DELETE FROM log_index WHERE rowid IN (SELECT id FROM logs WHERE actor = $actor ORDER BY id LIMIT $limit)"),
        (true, "DELETE FROM logs WHERE id IN (SELECT id FROM logs WHERE actor = $actor ORDER BY id LIMIT $limit)"),
        (true, "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE actor = $actor LIMIT $limit)"),
        (true, "DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys WHERE actor = $actor LIMIT $limit)"),
        (false, "DELETE FROM workers WHERE actor = $actor"),
    ];

    /// <inheritdoc/>
    public Task BeginCreateAsync(ActorRow row) => writer.WriteAsync(session => session.Prepare(Insert)
        .Set("$actor", row.Actor).Set("$tenant", ActorKey.Parse(row.Actor).Tenant).Set("$owner", row.Owner).Set("$queue", row.Queue)
        .Set("$now", row.Created).Run());

    /// <inheritdoc/>
    public Task CompleteCreateAsync(string actor) => SetPhaseAsync(actor, ActorPhase.Live, "phase = 0");

    /// <inheritdoc/>
    public Task SetStatusAsync(string actor, ActorStatus status, string message)
    {
        var now = time.GetUtcNow();
        return writer.WriteAsync(session =>
        {
            if (!session.Prepare("SELECT status FROM actors WHERE actor = $actor AND phase = 1").Set("$actor", actor)
                .TryFirst(row => (ActorStatus)row.GetInt32(0), out var before))
                return 0;
            if (status != before && status is ActorStatus.Ready)
                OutboxWrites.OfActor(session, actor, EventType.ActorReady, "READY", null, now);
            if (status != before && status is ActorStatus.Error)
                OutboxWrites.OfActor(session, actor, EventType.ActorError, "ERROR", message, now);
            return session.Prepare("UPDATE actors SET status = $status, status_message = $message WHERE actor = $actor")
                .Set("$actor", actor).Set("$status", (int)status).Set("$message", message).Run();
        });
    }

    /// <inheritdoc/>
    public Task BeginDeleteAsync(string actor)
    {
        var now = time.GetUtcNow();
        return writer.WriteAsync(session =>
        {
            SqliteDutyStore.Remove(session, actor);
            return SetPhase(session, actor, ActorPhase.Deleting, "phase <> 2", now);
        });
    }

    /// <inheritdoc/>
    public Task<bool> RemoveBatchAsync(string actor, int limit) => writer.WriteAsync(session =>
    {
        // Never of a live actor, whoever asks; what was only being created counts as deleted from here on.
        if (session.Prepare("SELECT phase FROM actors WHERE actor = $actor").Set("$actor", actor).TryFirst(row => row.GetInt32(0), out var phase)
            && phase == (int)ActorPhase.Live)
            return false;
        session.Prepare("UPDATE actors SET phase = 2 WHERE actor = $actor").Set("$actor", actor).Run();
        SqliteDutyStore.Remove(session, actor);
        foreach (var (batched, remove) in Parts)
        {
            var statement = session.Prepare(remove).Set("$actor", actor);
            var removed = (remove.Contains("$limit", StringComparison.Ordinal) ? statement.Set("$limit", limit) : statement).Run();
            if (batched && removed >= limit)
                return false;
        }

        session.Prepare("DELETE FROM actors WHERE actor = $actor").Set("$actor", actor).Run();
        return true;
    });

    /// <inheritdoc/>
    public Task<ActorRow?> GetAsync(string actor) => readers.ReadAsync(session =>
        session.Prepare(One).Set("$actor", actor).TryFirst(Row, out var row) ? row : null);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActorListing>> ListAsync(string tenant, string user) => readers.ReadAsync<IReadOnlyList<ActorListing>>(session =>
        session.Prepare(Listing).Set("$tenant", tenant).Set("$user", user).All(row => new ActorListing(Row(row), row.GetString(7), row.TimeOrNull(8))));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActorRow>> ListHalfMadeAsync(DateTimeOffset before, int limit) => readers.ReadAsync<IReadOnlyList<ActorRow>>(session =>
        session.Prepare(HalfMade).Set("$before", before).Set("$limit", limit).All(Row));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActorDemand>> ListDemandAsync(string queue, string after, int limit) =>
        readers.ReadAsync<IReadOnlyList<ActorDemand>>(session => session.Prepare(Demand)
            .Set("$queue", queue).Set("$after", after).Set("$limit", limit).All(row => new ActorDemand(row.GetString(0), row.GetInt64(1))));

    private Task SetPhaseAsync(string actor, ActorPhase phase, string when)
    {
        var now = time.GetUtcNow();
        return writer.WriteAsync(session => SetPhase(session, actor, phase, when, now));
    }

    private static int SetPhase(SqliteSession session, string actor, ActorPhase phase, string when, DateTimeOffset now) => session
        .Prepare($"UPDATE actors SET phase = $phase, phase_since = $now WHERE actor = $actor AND {when}")
        .Set("$actor", actor).Set("$phase", (int)phase).Set("$now", now).Run();

    /// <summary>Reads a row of <see cref="Columns"/>.</summary>
    public static ActorRow Row(SqliteRow row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), (ActorPhase)row.GetInt32(3), (ActorStatus)row.GetInt32(4), row.GetString(5), row.Time(6));
}
