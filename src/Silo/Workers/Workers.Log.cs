namespace Abaco.Silo.Workers;

/// <summary>Log lines of the worker host.</summary>
internal static partial class WorkersLog
{
    [LoggerMessage(1, LogLevel.Information, "Host {Host} serves queues {Queues} with {Slots} slots on engine {Location}")]
    public static partial void HostReady(this ILogger log, string host, string queues, int slots, string location);

    [LoggerMessage(2, LogLevel.Warning, "The Docker engine does not answer, trying again in {Seconds} s: {Reason}")]
    public static partial void EngineAway(this ILogger log, double seconds, string reason);

    [LoggerMessage(3, LogLevel.Information, "Took over from an earlier process of host {Host}: {Leases} executions resumed, {Containers} containers removed")]
    public static partial void TookOver(this ILogger log, string host, int leases, int containers);

    [LoggerMessage(4, LogLevel.Warning, "A call is repeated in {Seconds} s: {Reason}")]
    public static partial void CallRepeated(this ILogger log, string reason, double seconds);

    [LoggerMessage(5, LogLevel.Error, "A worker of actor {Actor} failed")]
    public static partial void WorkerFailed(this ILogger log, Exception exception, string actor);

    [LoggerMessage(6, LogLevel.Warning, "Queue {Queue} cannot be asked for work, trying again: {Reason}")]
    public static partial void QueueAway(this ILogger log, string queue, string reason);

    [LoggerMessage(7, LogLevel.Information, "Shutting down: {Running} executions run, waiting up to {Seconds} s for them")]
    public static partial void Draining(this ILogger log, int running, double seconds);

    [LoggerMessage(8, LogLevel.Warning, "Shutting down: {Running} executions still run and are left to the next process")]
    public static partial void LeftRunning(this ILogger log, int running);

    [LoggerMessage(9, LogLevel.Information, "Swept: {Results} results, {Logs} logs, {Chunks} body chunks, {Purged} purged messages, {Actors} deleted actors")]
    public static partial void Swept(this ILogger log, int results, int logs, int chunks, int purged, int actors);

    [LoggerMessage(10, LogLevel.Warning, "The sweep failed and will be tried again: {Reason}")]
    public static partial void SweepFailed(this ILogger log, string reason);

    [LoggerMessage(11, LogLevel.Warning, "The host cannot report, trying again: {Reason}")]
    public static partial void DutyFailed(this ILogger log, string reason);

    [LoggerMessage(12, LogLevel.Warning, "Execution {Execution}, attempt {Attempt}: its lease stands but no worker holds it; it is taken up")]
    public static partial void LeaseMissing(this ILogger log, string execution, int attempt);

    [LoggerMessage(13, LogLevel.Warning, "Execution {Execution}, attempt {Attempt}: its lease is gone; its container is stopped")]
    public static partial void LeaseGone(this ILogger log, string execution, int attempt);

    [LoggerMessage(14, LogLevel.Warning, "Host {Host} has been silent for {Seconds} s: execution {Execution} is given to another attempt")]
    public static partial void HostSilent(this ILogger log, string host, double seconds, string execution);

    [LoggerMessage(15, LogLevel.Critical, "The worker host failed; this silo runs no containers until it is restarted")]
    public static partial void HostFailed(this ILogger log, Exception exception);

    [LoggerMessage(30, LogLevel.Warning, "What the service does for actor {Actor} by itself failed and will be tried again: {Reason}")]
    public static partial void ActorDutyFailed(this ILogger log, string actor, string reason);
}
