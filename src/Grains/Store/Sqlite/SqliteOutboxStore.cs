using Abaco.Events;

namespace Abaco.Store.Sqlite;

/// <summary>Events not yet delivered, on SQLite.</summary>
internal sealed class SqliteOutboxStore(SqliteWriter writer, SqliteReaders readers) : IOutboxStore
{
    // Named, since DISTINCT would otherwise walk all subscriptions in the order of their key.
    private const string Waiting =
        "SELECT DISTINCT actor FROM subscriptions INDEXED BY subscriptions_waiting WHERE waiting > 0 AND not_before <= $now LIMIT $limit";

    private const string Target = """
        SELECT s.address, (SELECT l.target FROM links l WHERE l.actor = s.actor LIMIT 1), s.api_server, s.attempts, s.not_before
        FROM subscriptions s WHERE s.actor = $actor AND s.target = $target
        """;

    private const string Oldest = """
        SELECT id, event_id, type, time, execution_id, status, exit_code, status_message FROM outbox
        WHERE actor = $actor AND target = $target ORDER BY id LIMIT $limit
        """;

    private const string RemoveOldest = """
        DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE actor = $actor AND target = $target ORDER BY id LIMIT $limit) AND time < $before
        """;

    private const string Count = """
        UPDATE subscriptions SET waiting = waiting - $removed, attempts = 0, not_before = 0 WHERE actor = $actor AND target = $target
        """;

    private const string EndUnused = "DELETE FROM subscriptions WHERE actor = $actor AND target = $target AND address IS NULL AND waiting = 0";

    private const string Postpone =
        "UPDATE subscriptions SET attempts = $attempts, not_before = $notBefore WHERE actor = $actor AND target = $target";

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListWaitingAsync(DateTimeOffset now, int limit) => readers.ReadAsync<IReadOnlyList<string>>(session =>
        session.Prepare(Waiting).Set("$now", now).Set("$limit", limit).All(row => row.GetString(0)));

    /// <inheritdoc/>
    public Task<OutboxPage?> ReadAsync(string actor, EventTarget target, int limit) => readers.ReadAsync(session =>
    {
        if (!session.Prepare(Target).Set("$actor", actor).Set("$target", (int)target).TryFirst(ToSubscription, out var subscription))
            return null;
        var events = session.Prepare(Oldest).Set("$actor", actor).Set("$target", (int)target).Set("$limit", limit).All(ToEvent);
        return new OutboxPage(subscription, events);
    });

    /// <inheritdoc/>
    public Task RemoveAsync(string actor, EventTarget target, long id) => writer.WriteAsync(session =>
    {
        var removed = session.Prepare("DELETE FROM outbox WHERE id = $id AND actor = $actor AND target = $target")
            .Set("$id", id).Set("$actor", actor).Set("$target", (int)target).Run();
        return Counted(session, actor, target, removed);
    });

    /// <inheritdoc/>
    public Task PostponeAsync(string actor, EventTarget target, int attempts, DateTimeOffset notBefore) => writer.WriteAsync(session =>
        session.Prepare(Postpone).Set("$actor", actor).Set("$target", (int)target).Set("$attempts", attempts).Set("$notBefore", notBefore).Run());

    /// <inheritdoc/>
    public Task<int> DropAsync(string actor, EventTarget target, DateTimeOffset before, int limit) => writer.WriteAsync(session =>
    {
        var removed = session.Prepare(RemoveOldest).Set("$actor", actor).Set("$target", (int)target).Set("$before", before).Set("$limit", limit).Run();
        return Counted(session, actor, target, removed);
    });

    private static int Counted(SqliteSession session, string actor, EventTarget target, int removed)
    {
        if (removed > 0)
        {
            session.Prepare(Count).Set("$actor", actor).Set("$target", (int)target).Set("$removed", removed).Run();
            session.Prepare(EndUnused).Set("$actor", actor).Set("$target", (int)target).Run();
        }

        return removed;
    }

    private static Subscription ToSubscription(SqliteRow row) =>
        new(row.TextOrNull(0), row.TextOrNull(1), row.GetString(2), row.GetInt32(3), row.Time(4));

    private static EventRow ToEvent(SqliteRow row) => new(
        row.GetInt64(0), row.GetString(1), (EventType)row.GetInt32(2), row.Time(3), row.TextOrNull(4), row.GetString(5),
        row.IsDBNull(6) ? null : row.GetInt32(6), row.TextOrNull(7));
}
