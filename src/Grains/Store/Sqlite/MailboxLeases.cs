using Abaco.Events;
using Abaco.Executions;

namespace Abaco.Store.Sqlite;

/// <summary>Writes of leases: taking (fenced by epoch), finishing (fenced by attempt alone), noting. All run in the writer.</summary>
internal static class MailboxLeases
{
    private const string Generation = "SELECT generation FROM actors WHERE actor = $actor AND epoch = $epoch AND phase <> 2";

    private const string TakeWaiting = $"""
        UPDATE executions SET status = 1, attempt = attempt + 1, host = $host, worker = $worker, taken = $now
        WHERE actor = $actor AND execution_id = $execution AND {ExecutionColumns.IsWaiting} AND generation = $generation
        RETURNING {ExecutionColumns.All}
        """;

    private const string CountWaiting = "UPDATE actors SET waiting = waiting + $change WHERE actor = $actor";

    private const string WorkerTook = "UPDATE workers SET last_execution = $now WHERE actor = $actor AND worker_id = $worker";

    private const string HeldBy = $"""
        SELECT {ExecutionColumns.All} FROM executions
        WHERE actor = $actor AND execution_id = $execution AND status = 1 AND host = $host AND worker = $worker
        """;

    private const string Append = "CASE WHEN $cause IS NULL THEN causes ELSE json_insert(COALESCE(causes, '[]'), '$[#]', $cause) END";

    private const string AddUp = $"""
        losses = losses + $loss, retries = retries + $retry, causes = {Append}, runtime = runtime + $runtime, cpu = cpu + $cpu, io = io + $io
        """;

    private const string OfAttempt = "actor = $actor AND execution_id = $execution AND status = 1 AND attempt = $attempt";

    private const string Requeue = $"""
        UPDATE executions SET status = 0, generation = (SELECT generation FROM actors WHERE actor = $actor), {AddUp},
            host = NULL, worker = NULL, container_id = NULL, taken = NULL, started = NULL, stop_requested = 0
        WHERE {OfAttempt}
        """;

    private const string End = $"""
        UPDATE executions SET status = $status, {AddUp}, started = COALESCE($started, started), finished = $finished, exit_code = $exit, final_state = $state
        WHERE {OfAttempt} RETURNING runtime, cpu, io, upload_id
        """;

    private const string CountEnd = $"UPDATE actors SET {ExecutionColumns.AddToTotals} WHERE actor = $actor";

    private const string EndResults = "UPDATE results SET ended = $now WHERE actor = $actor AND execution_id = $execution";

    private const string DiscardUpload = "UPDATE uploads SET state = 2 WHERE upload_id = $upload";

    private const string Note = $"UPDATE executions SET container_id = $container, started = COALESCE($started, started) WHERE {OfAttempt} RETURNING worker";

    private const string WorkerRuns = "UPDATE workers SET container_id = $container WHERE actor = $actor AND worker_id = $worker";

    private const string Stop = "UPDATE executions SET stop_requested = 1 WHERE actor = $actor AND execution_id = $execution AND status = 1";

    /// <summary>Takes a waiting row.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="take">Which and for whom.</param>
    /// <returns>The lease; the same again when this worker holds the row already.</returns>
    public static TakeResult Take(SqliteSession session, string actor, long epoch, TakeRequest take)
    {
        if (!session.Prepare(Generation).Set("$actor", actor).Set("$epoch", epoch).TryFirst(row => row.GetInt64(0), out var generation))
            return new TakeResult(true, null);
        if (!session.Prepare(TakeWaiting)
            .Set("$actor", actor).Set("$execution", take.ExecutionId).Set("$generation", generation)
            .Set("$host", take.Host).Set("$worker", take.Worker).Set("$now", take.Now)
            .TryFirst(ExecutionColumns.Taken, out var taken))
        {
            session.Prepare(HeldBy).Set("$actor", actor).Set("$execution", take.ExecutionId).Set("$host", take.Host).Set("$worker", take.Worker)
                .TryFirst(ExecutionColumns.Taken, out var held);
            return new TakeResult(false, held);
        }

        session.Prepare(CountWaiting).Set("$actor", actor).Set("$change", -1).Run();
        session.Prepare(WorkerTook).Set("$actor", actor).Set("$worker", take.Worker).Set("$now", take.Now).Run();
        OutboxWrites.OfExecution(session, actor, EventType.ExecutionStarted, take.ExecutionId, "RUNNING", null, take.Now);
        return new TakeResult(false, taken);
    }

    /// <summary>Records an outcome and takes the next, each by its own fence: a repeated call records nothing and returns the same lease.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="outcome">What to record.</param>
    /// <param name="next">What to take then, or null.</param>
    /// <returns>What became of both.</returns>
    public static FinishResult FinishAndTake(SqliteSession session, string actor, long epoch, OutcomeRow outcome, TakeRequest? next)
    {
        var recorded = outcome.Status switch
        {
            ExecutionStatus.Submitted => PutBack(session, actor, outcome),
            ExecutionStatus.Complete or ExecutionStatus.Error => Finish(session, actor, outcome),
            _ => throw new ArgumentException($"{outcome.Status} is no outcome of an attempt.", nameof(outcome)),
        };
        return new FinishResult(recorded, next is null ? null : Take(session, actor, epoch, next));
    }

    /// <summary>Notes container and start of an attempt.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The row.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="containerId">Its container.</param>
    /// <param name="started">When it was started, or null.</param>
    /// <returns>Whether the attempt is the current one.</returns>
    public static bool NoteContainer(SqliteSession session, string actor, string executionId, int attempt, string containerId, DateTimeOffset? started)
    {
        if (!session.Prepare(Note)
            .Set("$actor", actor).Set("$execution", executionId).Set("$attempt", attempt).Set("$container", containerId).Set("$started", started)
            .TryFirst(row => row.GetString(0), out var worker))
            return false;
        session.Prepare(WorkerRuns).Set("$actor", actor).Set("$worker", worker).Set("$container", containerId).Run();
        return true;
    }

    /// <summary>Notes that a running execution is to be stopped.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The row.</param>
    /// <returns>The row as it was found, or null.</returns>
    public static ExecutionRow? RequestStop(SqliteSession session, string actor, string executionId)
    {
        var found = MailboxReads.Get(session, actor, executionId);
        if (found?.Lease is not null)
            session.Prepare(Stop).Set("$actor", actor).Set("$execution", executionId).Run();
        return found;
    }

    private static bool PutBack(SqliteSession session, string actor, OutcomeRow outcome)
    {
        if (Bind(session.Prepare(Requeue), actor, outcome).Run() == 0)
            return false;
        session.Prepare(CountWaiting).Set("$actor", actor).Set("$change", 1).Run();
        return true;
    }

    private static bool Finish(SqliteSession session, string actor, OutcomeRow outcome)
    {
        if (!Bind(session.Prepare(End), actor, outcome)
            .Set("$status", (int)outcome.Status).Set("$started", outcome.Exited?.Started).Set("$finished", outcome.Exited?.Finished ?? outcome.Now)
            .Set("$exit", outcome.Exited?.ExitCode).Set("$state", outcome.Exited?.FinalStateJson)
            .TryFirst(row => (Runtime: row.GetInt64(0), Cpu: row.GetInt64(1), Io: row.GetInt64(2), Upload: row.TextOrNull(3)), out var ended))
            return false;
        session.Prepare(CountEnd).Set("$actor", actor).Set("$runtime", ended.Runtime).Set("$cpu", ended.Cpu).Set("$io", ended.Io).Run();
        session.Prepare(EndResults).Set("$actor", actor).Set("$execution", outcome.ExecutionId).Set("$now", outcome.Now).Run();
        if (ended.Upload is not null)
            session.Prepare(DiscardUpload).Set("$upload", ended.Upload).Run();
        OutboxWrites.OfExecution(
            session, actor, EventType.ExecutionComplete, outcome.ExecutionId, outcome.Status == ExecutionStatus.Complete ? "COMPLETE" : "ERROR",
            outcome.Exited?.ExitCode, outcome.Now);
        return true;
    }

    private static SqliteStatement Bind(SqliteStatement statement, string actor, OutcomeRow outcome)
    {
        var ran = outcome.Exited is { } exited && exited.Finished > exited.Started ? exited.Finished - exited.Started : TimeSpan.Zero;
        return statement
            .Set("$actor", actor).Set("$execution", outcome.ExecutionId).Set("$attempt", outcome.Attempt).Set("$cause", outcome.Cause)
            .Set("$loss", outcome.CountLoss).Set("$retry", outcome.CountRetry)
            .Set("$runtime", (long)ran.TotalMilliseconds).Set("$cpu", outcome.Exited?.CpuNanoseconds ?? 0).Set("$io", outcome.Exited?.IoBytes ?? 0);
    }
}
