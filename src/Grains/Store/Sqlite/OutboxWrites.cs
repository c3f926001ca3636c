using Abaco.Events;

namespace Abaco.Store.Sqlite;

/// <summary>Writes events in the transaction of the change that they report. All run in the writer.</summary>
internal static class OutboxWrites
{
    private const string Wanted = "actor = $actor AND address IS NOT NULL AND ($type <> 3 OR started = 1)";

    private const string Insert = $"""
        INSERT INTO outbox (actor, target, event_id, type, time, execution_id, status, exit_code, status_message)
        SELECT actor, target, $event, $type, $time, $execution, $status, $exit, $message FROM subscriptions WHERE {Wanted}
        """;

    private const string Count = $"UPDATE subscriptions SET waiting = waiting + 1 WHERE {Wanted}";

    /// <summary>Writes an event of an actor's status.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="type">What happened.</param>
    /// <param name="status">The actor's status, as shown.</param>
    /// <param name="message">Its reason, or null.</param>
    /// <param name="now">When.</param>
    public static void OfActor(SqliteSession session, string actor, EventType type, string status, string? message, DateTimeOffset now) =>
        Write(session, actor, type, null, status, null, message, now);

    /// <summary>Writes an event of an execution.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="type">What happened.</param>
    /// <param name="executionId">The execution.</param>
    /// <param name="status">Its status, as shown.</param>
    /// <param name="exitCode">Its exit code, or null.</param>
    /// <param name="now">When.</param>
    public static void OfExecution(
        SqliteSession session, string actor, EventType type, string executionId, string status, int? exitCode, DateTimeOffset now) =>
        Write(session, actor, type, executionId, status, exitCode, null, now);

    private static void Write(
        SqliteSession session, string actor, EventType type, string? executionId, string status, int? exitCode, string? message, DateTimeOffset now)
    {
        // Most actors have no target: they pay for one look-up by key.
        if (!session.Prepare($"SELECT 1 FROM subscriptions WHERE {Wanted}").Set("$actor", actor).Set("$type", (int)type).TryFirst(_ => true, out _))
            return;
        session.Prepare(Insert)
            .Set("$actor", actor).Set("$event", HashIds.New()).Set("$type", (int)type).Set("$time", now).Set("$execution", executionId)
            .Set("$status", status).Set("$exit", exitCode).Set("$message", message).Run();
        session.Prepare(Count).Set("$actor", actor).Set("$type", (int)type).Run();
    }
}
