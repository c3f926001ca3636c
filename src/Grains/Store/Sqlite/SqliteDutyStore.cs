using Abaco.Events;

namespace Abaco.Store.Sqlite;

/// <summary>Schedules, links and subscriptions on SQLite.</summary>
internal sealed class SqliteDutyStore(SqliteWriter writer, SqliteReaders readers) : IDutyStore
{
    private const string LeadsBack = """
        WITH RECURSIVE chain (actor) AS (
            SELECT $target UNION SELECT l.target FROM chain c JOIN links l ON l.actor = c.actor)
        SELECT 1 FROM chain WHERE actor = $actor
        """;

    private const string Link = "INSERT INTO links (actor, target) VALUES ($actor, $target) ON CONFLICT (actor, target) DO NOTHING";

    private const string Unlink = "DELETE FROM links WHERE actor = $actor AND target IS NOT $target";

    private const string Complete = "UPDATE actors SET changing = NULL, queue = $queue WHERE actor = $actor AND phase <> 2";

    private const string PutSchedule = """
        INSERT INTO schedules (actor, rule, due) VALUES ($actor, $rule, $due)
        ON CONFLICT (actor) DO UPDATE SET rule = excluded.rule, due = excluded.due
        """;

    // A new address is tried at once; the same one keeps its pause.
    private const string Subscribe = """
        INSERT INTO subscriptions (actor, target, address, started, api_server) VALUES ($actor, $target, $address, $started, $apiServer)
        ON CONFLICT (actor, target) DO UPDATE SET
            attempts = CASE WHEN address IS excluded.address THEN attempts ELSE 0 END,
            not_before = CASE WHEN address IS excluded.address THEN not_before ELSE 0 END,
            address = excluded.address, started = excluded.started, api_server = excluded.api_server
        """;

    private const string EndIfNothingWaits = "DELETE FROM subscriptions WHERE actor = $actor AND target = $target AND waiting = 0";

    private const string EndAfterWaiting =
        "UPDATE subscriptions SET address = NULL, attempts = 0, not_before = 0 WHERE actor = $actor AND target = $target";

    private const string Read = """
        SELECT a.changing IS NOT NULL, s.rule, s.due FROM actors a LEFT JOIN schedules s ON s.actor = a.actor WHERE a.actor = $actor
        """;

    private const string Due = """
        SELECT s.actor FROM schedules s JOIN actors a ON a.actor = s.actor
        WHERE s.due IS NOT NULL AND s.due <= $now AND a.phase = 1 ORDER BY s.due LIMIT $limit
        """;

    /// <inheritdoc/>
    public Task<UpdateStart> BeginUpdateAsync(string actor, string? linkActor, DateTimeOffset now) => writer.WriteAsync(session =>
    {
        if (linkActor is not null && ClosesCycle(session, actor, linkActor))
            return UpdateStart.Cycle;
        if (session.Prepare("UPDATE actors SET changing = $now WHERE actor = $actor AND phase <> 2").Set("$actor", actor).Set("$now", now).Run() == 0)
            return UpdateStart.Gone;
        if (linkActor is not null)
            session.Prepare(Link).Set("$actor", actor).Set("$target", linkActor).Run();
        return UpdateStart.Begun;
    });

    /// <inheritdoc/>
    public Task CompleteUpdateAsync(string actor, Duties duties) => writer.WriteAsync(session =>
    {
        if (session.Prepare(Complete).Set("$actor", actor).Set("$queue", duties.Queue).Run() == 0)
            return false;
        session.Prepare(Unlink).Set("$actor", actor).Set("$target", duties.LinkActor).Run();
        if (duties.LinkActor is not null)
            session.Prepare(Link).Set("$actor", actor).Set("$target", duties.LinkActor).Run();
        SetTarget(session, actor, EventTarget.Link, duties.Link, duties);
        SetTarget(session, actor, EventTarget.Webhook, duties.Webhook, duties);
        if (duties.Rule is null)
            session.Prepare("DELETE FROM schedules WHERE actor = $actor").Set("$actor", actor).Run();
        else
            session.Prepare(PutSchedule).Set("$actor", actor).Set("$rule", duties.Rule).Set("$due", duties.Due).Run();
        return true;
    });

    /// <inheritdoc/>
    public Task<bool> RelinkAsync(string actor, string linkActor) => writer.WriteAsync(session =>
    {
        if (ClosesCycle(session, actor, linkActor))
            return false;
        session.Prepare(Unlink).Set("$actor", actor).Set("$target", linkActor).Run();
        session.Prepare(Link).Set("$actor", actor).Set("$target", linkActor).Run();
        return true;
    });

    /// <inheritdoc/>
    public Task<DutyRow> ReadAsync(string actor) => readers.ReadAsync(session =>
        session.Prepare(Read).Set("$actor", actor)
            .TryFirst(row => new DutyRow(row.GetBoolean(0), row.TextOrNull(1), row.TimeOrNull(2)), out var found) ? found : new DutyRow(false, null, null));

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListDueAsync(DateTimeOffset now, int limit) => readers.ReadAsync<IReadOnlyList<string>>(session =>
        session.Prepare(Due).Set("$now", now).Set("$limit", limit).All(row => row.GetString(0)));

    /// <inheritdoc/>
    public Task<AdmitResult> AdmitDueAsync(long epoch, MessageRow row, DateTimeOffset due, DateTimeOffset? next) => writer.WriteAsync(session =>
    {
        if (!session.Prepare("SELECT 1 FROM schedules WHERE actor = $actor AND due = $due").Set("$actor", row.Actor).Set("$due", due).TryFirst(_ => true, out _))
            return new AdmitResult(Admission.Earlier, []);
        var admission = MailboxAdmission.Admit(session, epoch, row);
        if (admission == Admission.Written)
            session.Prepare("UPDATE schedules SET due = $next WHERE actor = $actor").Set("$actor", row.Actor).Set("$next", next).Run();
        return new AdmitResult(admission, [row.ExecutionId]);
    });

    /// <summary>Removes what a deleted actor had here; its events still waiting go in batches.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="actor">The actor's key.</param>
    public static void Remove(SqliteSession session, string actor)
    {
        session.Prepare("DELETE FROM links WHERE actor = $actor").Set("$actor", actor).Run();
        session.Prepare("DELETE FROM schedules WHERE actor = $actor").Set("$actor", actor).Run();
        session.Prepare("DELETE FROM subscriptions WHERE actor = $actor").Set("$actor", actor).Run();
    }

    private static bool ClosesCycle(SqliteSession session, string actor, string linkActor) =>
        session.Prepare(LeadsBack).Set("$actor", actor).Set("$target", linkActor).TryFirst(_ => true, out _);

    private static void SetTarget(SqliteSession session, string actor, EventTarget target, string? address, Duties duties)
    {
        if (address is not null)
        {
            session.Prepare(Subscribe)
                .Set("$actor", actor).Set("$target", (int)target).Set("$address", address).Set("$started", duties.StartedEvents)
                .Set("$apiServer", duties.ApiServer).Run();
        }
        else if (session.Prepare(EndIfNothingWaits).Set("$actor", actor).Set("$target", (int)target).Run() == 0)
        {
            session.Prepare(EndAfterWaiting).Set("$actor", actor).Set("$target", (int)target).Run();
        }
    }
}
