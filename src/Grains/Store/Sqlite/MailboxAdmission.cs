using System.Text.Json;

namespace Abaco.Store.Sqlite;

/// <summary>Writes of the grain's own decisions, each fenced by the actor's epoch: opening, admitting, recording, purging. All run in the writer.</summary>
internal static class MailboxAdmission
{
    private const string RaiseEpoch =
        "UPDATE actors SET epoch = epoch + 1 WHERE actor = $actor AND phase <> 2 RETURNING epoch, last_sequence, waiting";

    private const string RunningOfActor =
        $"SELECT {ExecutionColumns.OfLease} FROM executions WHERE actor = $actor AND {ExecutionColumns.IsRunning}";

    private const string UploadIsWhole =
        "SELECT 1 FROM uploads WHERE upload_id = $upload AND state <> 2 AND bytes = $bytes";

    private const string NameUpload = "UPDATE uploads SET state = 1 WHERE upload_id = $upload";

    // One look at the actor's row both checks the fence and counts.
    private const string CountAdmission = """
        UPDATE actors SET last_sequence = max(last_sequence, $sequence), waiting = waiting + 1, total_executions = total_executions + 1
        WHERE actor = $actor AND epoch = $epoch AND phase <> 2 RETURNING generation
        """;

    private const string UncountAdmission =
        "UPDATE actors SET waiting = waiting - 1, total_executions = total_executions - 1 WHERE actor = $actor";

    private const string InsertMessage = """
        INSERT INTO executions (actor, execution_id, sequence, generation, status, received,
            kind, content_type, upload_id, upload_bytes, synchronous, executor, api_server, parameters, message)
        VALUES ($actor, $execution, $sequence, $generation, 0, $received,
            $kind, $contentType, $upload, $uploadBytes, $synchronous, $executor, $apiServer, $parameters, $message)
        ON CONFLICT (actor, execution_id) DO NOTHING
        """;

    private const string CountRecord = $"""
        UPDATE actors SET last_sequence = max(last_sequence, $sequence), total_executions = total_executions + 1,
            {ExecutionColumns.AddToTotals}
        WHERE actor = $actor
        """;

    private const string InsertRecord = """
        INSERT INTO executions (actor, execution_id, sequence, generation, status, received, started, finished, runtime, cpu, io,
            kind, content_type, executor, api_server, message)
        SELECT $actor, $execution, $sequence, generation, 2, $received, $started, $received, $runtime, $cpu, $io,
            $kind, $contentType, $executor, $apiServer, $message
        FROM actors WHERE actor = $actor AND epoch = $epoch AND phase <> 2
        ON CONFLICT (actor, execution_id) DO NOTHING
        """;

    private const string IsWritten = """
        SELECT 1 FROM actors a JOIN executions e ON e.actor = a.actor AND e.execution_id = $execution WHERE a.actor = $actor AND a.phase <> 2
        """;

    private const string RaiseGeneration =
        "UPDATE actors SET generation = generation + 1 WHERE actor = $actor AND epoch = $epoch AND phase <> 2 RETURNING generation, waiting";

    private const string KeepLater = $"""
        UPDATE executions SET generation = $generation
        WHERE actor = $actor AND {ExecutionColumns.IsWaiting} AND generation = $generation - 1 AND sequence > $through
        """;

    private const string CountPurge = """
        UPDATE actors SET waiting = waiting - $gone, purged = purged + $gone, total_executions = total_executions - $gone WHERE actor = $actor
        """;

    /// <summary>Raises the epoch and reads what an activation needs.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <returns>Null when there is no such actor.</returns>
    public static MailboxOpening? Open(SqliteSession session, string actor)
    {
        if (!session.Prepare(RaiseEpoch).Set("$actor", actor)
            .TryFirst(row => (Epoch: row.GetInt64(0), Last: row.GetInt64(1), Waiting: row.GetInt64(2)), out var opened))
            return null;
        var running = session.Prepare(RunningOfActor).Set("$actor", actor).All(ExecutionColumns.Lease);
        return new MailboxOpening(opened.Epoch, opened.Last, opened.Waiting, running);
    }

    /// <summary>Writes a message.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="row">The message.</param>
    /// <returns>What became of it.</returns>
    public static Admission Admit(SqliteSession session, long epoch, MessageRow row)
    {
        var message = row.Message;
        if (message is { UploadId: not null, UploadBytes: > 0 }
            && !session.Prepare(UploadIsWhole).Set("$upload", message.UploadId).Set("$bytes", message.UploadBytes).TryFirst(_ => true, out _))
            return WasWritten(session, row) ? Admission.Earlier : Admission.BodyMissing;
        if (!session.Prepare(CountAdmission).Set("$actor", row.Actor).Set("$epoch", epoch).Set("$sequence", row.Sequence)
            .TryFirst(found => found.GetInt64(0), out var generation))
            return WasWritten(session, row) ? Admission.Earlier : Admission.EpochLost;
        if (!InsertWaiting(session, generation, row))
        {
            // An earlier call wrote and counted it.
            session.Prepare(UncountAdmission).Set("$actor", row.Actor).Run();
            return Admission.Earlier;
        }

        if (message.UploadId is not null)
            session.Prepare(NameUpload).Set("$upload", message.UploadId).Run();
        return Admission.Written;
    }

    /// <summary>Writes an execution that ran elsewhere.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="row">Its row.</param>
    /// <param name="runtime">How long it ran.</param>
    /// <param name="cpuNanoseconds">CPU time.</param>
    /// <param name="ioBytes">Bytes received.</param>
    /// <returns>False: the epoch is lost.</returns>
    public static bool Record(SqliteSession session, long epoch, MessageRow row, TimeSpan runtime, long cpuNanoseconds, long ioBytes)
    {
        var milliseconds = (long)runtime.TotalMilliseconds;
        if (session.Prepare(InsertRecord)
            .Set("$actor", row.Actor).Set("$epoch", epoch).Set("$execution", row.ExecutionId).Set("$sequence", row.Sequence)
            .Set("$received", row.Received).Set("$started", row.Received - runtime)
            .Set("$runtime", milliseconds).Set("$cpu", cpuNanoseconds).Set("$io", ioBytes)
            .Set("$kind", (int)row.Message.Kind).Set("$contentType", row.Message.ContentType)
            .Set("$executor", row.Executor).Set("$apiServer", row.ApiServer).Set("$message", row.Message.Text)
            .Run() == 0)
            return WasWritten(session, row);
        session.Prepare(CountRecord)
            .Set("$actor", row.Actor).Set("$sequence", row.Sequence)
            .Set("$runtime", milliseconds).Set("$cpu", cpuNanoseconds).Set("$io", ioBytes).Run();
        return true;
    }

    /// <summary>
    /// Purges: raises the generation, which every waiting row of an older one is behind, and lifts those beyond the watermark to it. One row changes, however
    /// many wait; a row that runs now and is requeued later takes the generation of that moment, so it runs again.
    /// </summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="through">The watermark.</param>
    /// <returns>False: the epoch is lost.</returns>
    public static bool Purge(SqliteSession session, string actor, long epoch, long through)
    {
        if (!session.Prepare(RaiseGeneration).Set("$actor", actor).Set("$epoch", epoch)
            .TryFirst(row => (Generation: row.GetInt64(0), Waiting: row.GetInt64(1)), out var mailbox))
            return false;
        var kept = session.Prepare(KeepLater).Set("$actor", actor).Set("$generation", mailbox.Generation).Set("$through", through).Run();
        session.Prepare(CountPurge).Set("$actor", actor).Set("$gone", mailbox.Waiting - kept).Run();
        return true;
    }

    private static bool InsertWaiting(SqliteSession session, long generation, MessageRow row)
    {
        var message = row.Message;
        return session.Prepare(InsertMessage)
            .Set("$actor", row.Actor).Set("$execution", row.ExecutionId).Set("$sequence", row.Sequence).Set("$generation", generation)
            .Set("$received", row.Received).Set("$kind", (int)message.Kind).Set("$contentType", message.ContentType)
            .Set("$upload", message.UploadId).Set("$uploadBytes", message.UploadBytes).Set("$synchronous", message.Synchronous)
            .Set("$executor", row.Executor).Set("$apiServer", row.ApiServer)
            .Set("$parameters", message.Parameters.Count == 0 ? null : JsonSerializer.Serialize(message.Parameters)).Set("$message", message.Text)
            .Run() == 1;
    }

    private static bool WasWritten(SqliteSession session, MessageRow row) =>
        session.Prepare(IsWritten).Set("$actor", row.Actor).Set("$execution", row.ExecutionId).TryFirst(_ => true, out _);
}
