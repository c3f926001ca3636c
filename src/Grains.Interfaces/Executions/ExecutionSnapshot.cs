namespace Abaco.Executions;

/// <summary>Life of an execution.</summary>
[GenerateSerializer, Alias("abaco.ExecutionStatus")]
public enum ExecutionStatus
{
    /// <summary>Waiting in the mailbox.</summary>
    Submitted,

    /// <summary>A worker holds it.</summary>
    Running,

    /// <summary>The program ended, in whatever way.</summary>
    Complete,

    /// <summary>A dead letter: its engine or host was lost five times.</summary>
    Error,
}

/// <summary>One execution.</summary>
[GenerateSerializer, Immutable, Alias("abaco.ExecutionSnapshot")]
public sealed record ExecutionSnapshot
{
    /// <summary>Tenant, actor and execution id.</summary>
    [Id(0)] public required ExecutionKey Key { get; init; }

    /// <summary>Who sent the message.</summary>
    [Id(1)] public required string Executor { get; init; }

    /// <summary>Life of the execution.</summary>
    [Id(2)] public required ExecutionStatus Status { get; init; }

    /// <summary>When the message was received.</summary>
    [Id(3)] public required DateTimeOffset MessageReceivedTime { get; init; }

    /// <summary>When the container was started, or null.</summary>
    [Id(4)] public DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ended, or null.</summary>
    [Id(5)] public DateTimeOffset? FinishTime { get; init; }

    /// <summary>CPU time in nanoseconds.</summary>
    [Id(6)] public long CpuNanoseconds { get; init; }

    /// <summary>Bytes received on the network.</summary>
    [Id(7)] public long IoBytes { get; init; }

    /// <summary>How long the container ran.</summary>
    [Id(8)] public TimeSpan Runtime { get; init; }

    /// <summary>The program's exit code, or null before the end.</summary>
    [Id(9)] public int? ExitCode { get; init; }

    /// <summary>JSON text of the engine's State object at the end, or null.</summary>
    [Id(10)] public string? FinalStateJson { get; init; }

    /// <summary>The worker that took it last, or null.</summary>
    [Id(11)] public string? WorkerId { get; init; }

    /// <summary>How often a worker took it.</summary>
    [Id(12)] public int Attempts { get; init; }

    /// <summary>Why earlier attempts did not end, oldest first.</summary>
    [Id(13)] public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>How to read <see cref="Message"/>.</summary>
    [Id(14)] public Messages.MessageKind MessageKind { get; init; }

    /// <summary>The message's text; empty for binary messages.</summary>
    [Id(15)] public string Message { get; init; } = "";

    /// <summary>Its content type as the container saw it.</summary>
    [Id(16)] public string ContentType { get; init; } = "str";

    /// <summary>Its query parameters.</summary>
    [Id(17)] public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the execution has ended.</summary>
    public bool Ended => Status is ExecutionStatus.Complete or ExecutionStatus.Error;
}

/// <summary>One row of a list of executions.</summary>
/// <param name="ExecutionId">The execution's id.</param>
/// <param name="Status">Life of the execution.</param>
/// <param name="StartTime">When its container was started, or null.</param>
/// <param name="FinishTime">When it ended, or null.</param>
/// <param name="MessageReceivedTime">When the message was received.</param>
[GenerateSerializer, Immutable, Alias("abaco.ExecutionItem")]
public sealed record ExecutionItem(
    [property: Id(0)] string ExecutionId,
    [property: Id(1)] ExecutionStatus Status,
    [property: Id(2)] DateTimeOffset? StartTime,
    [property: Id(3)] DateTimeOffset? FinishTime,
    [property: Id(4)] DateTimeOffset MessageReceivedTime);

/// <summary>Executions of an actor; the totals cover all, the list the newest 1,000.</summary>
/// <param name="Owner">The actor's owner.</param>
/// <param name="Items">Oldest received first.</param>
/// <param name="TotalExecutions">How many there are.</param>
/// <param name="TotalCpuNanoseconds">CPU time of all in nanoseconds.</param>
/// <param name="TotalIoBytes">Bytes received by all.</param>
/// <param name="TotalRuntime">Run time of all.</param>
[GenerateSerializer, Immutable, Alias("abaco.ExecutionList")]
public sealed record ExecutionList(
    [property: Id(0)] string Owner,
    [property: Id(1)] IReadOnlyList<ExecutionItem> Items,
    [property: Id(2)] long TotalExecutions,
    [property: Id(3)] long TotalCpuNanoseconds,
    [property: Id(4)] long TotalIoBytes,
    [property: Id(5)] TimeSpan TotalRuntime);
