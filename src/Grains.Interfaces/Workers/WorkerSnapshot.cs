namespace Abaco.Workers;

/// <summary>Life of a worker. Abaco's names; those that have no counterpart here are not used.</summary>
[GenerateSerializer, Alias("abaco.WorkerStatus")]
public enum WorkerStatus
{
    /// <summary>Wanted; no host has taken it up. <c>REQUESTED</c>.</summary>
    Requested,

    /// <summary>Its host fetches the image. <c>PULLING IMAGE</c>.</summary>
    PullingImage,

    /// <summary>Stands and waits for messages. <c>READY</c>.</summary>
    Ready,

    /// <summary>Runs an execution. <c>BUSY</c>.</summary>
    Busy,

    /// <summary>Ends after its running execution. <c>SHUTDOWN_REQUESTED</c>.</summary>
    ShutdownRequested,

    /// <summary>Could not get its image or start containers. <c>ERROR</c>.</summary>
    Error,
}

/// <summary>One worker: an object of a host that runs one execution of one actor at a time.</summary>
[GenerateSerializer, Immutable, Alias("abaco.WorkerSnapshot")]
public sealed record WorkerSnapshot
{
    /// <summary>Hash id.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The actor it works for.</summary>
    [Id(1)] public required ActorKey Actor { get; init; }

    /// <summary>Life of the worker.</summary>
    [Id(2)] public required WorkerStatus Status { get; init; }

    /// <summary>The image it runs.</summary>
    [Id(3)] public required string Image { get; init; }

    /// <summary>The actor's revision it runs.</summary>
    [Id(4)] public required int Revision { get; init; }

    /// <summary>The engine's address.</summary>
    [Id(5)] public required string Location { get; init; }

    /// <summary>Its current container's id, else its last one's, else its own name.</summary>
    [Id(6)] public required string ContainerId { get; init; }

    /// <summary>The host that it is part of.</summary>
    [Id(7)] public required string HostId { get; init; }

    /// <summary>That host's address.</summary>
    [Id(8)] public required string HostIp { get; init; }

    /// <summary>When it was created.</summary>
    [Id(9)] public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it last took a message, or null.</summary>
    [Id(10)] public DateTimeOffset? LastExecutionTime { get; init; }

    /// <summary>When its host last spoke for it, or null.</summary>
    [Id(11)] public DateTimeOffset? LastHealthCheckTime { get; init; }
}

/// <summary>The answer to a request for workers.</summary>
/// <param name="Before">How many stood before.</param>
/// <param name="Scheduled">How many will be started.</param>
[GenerateSerializer, Immutable, Alias("abaco.WorkersScheduled")]
public sealed record WorkersScheduled([property: Id(0)] int Before, [property: Id(1)] int Scheduled);
