using Abaco.Executions;
using Abaco.Messages;
using Orleans.Concurrency;

namespace Abaco.Workers;

/// <summary>A worker as it names itself in every call, so that a moved actor grain knows it again.</summary>
/// <param name="WorkerId">Hash id.</param>
/// <param name="Host">The host that it is part of.</param>
/// <param name="HostIp">The host's address.</param>
/// <param name="Location">The engine's address.</param>
/// <param name="Silo">Where commands to the host go.</param>
/// <param name="Revision">The actor's revision that it runs; 0 before it joined.</param>
[GenerateSerializer, Immutable, Alias("abaco.WorkerRef")]
public sealed record WorkerRef(
    [property: Id(0)] string WorkerId,
    [property: Id(1)] string Host,
    [property: Id(2)] string HostIp,
    [property: Id(3)] string Location,
    [property: Id(4)] SiloAddress Silo,
    [property: Id(5)] int Revision);

/// <summary>What a joined worker is to do first: make sure of the image.</summary>
/// <param name="Image">The image reference.</param>
/// <param name="Pull">Pull though it is present (<c>force</c>).</param>
/// <param name="Revision">The actor's revision.</param>
/// <param name="IdleTime">How long it stands without messages.</param>
[GenerateSerializer, Immutable, Alias("abaco.Assignment")]
public sealed record Assignment(
    [property: Id(0)] string Image,
    [property: Id(1)] bool Pull,
    [property: Id(2)] int Revision,
    [property: Id(3)] TimeSpan IdleTime);

/// <summary>A lease with all that a host needs to run it.</summary>
[GenerateSerializer, Immutable, Alias("abaco.WorkOrder")]
public sealed record WorkOrder
{
    /// <summary>The execution.</summary>
    [Id(0)] public required ExecutionKey Execution { get; init; }

    /// <summary>The attempt, from 1; it fences the outcome.</summary>
    [Id(1)] public required int Attempt { get; init; }

    /// <summary>The message.</summary>
    [Id(2)] public required MessageRequest Message { get; init; }

    /// <summary>Who sent it.</summary>
    [Id(3)] public required string Executor { get; init; }

    /// <summary>Base address under which it came.</summary>
    [Id(4)] public required string ApiServer { get; init; }

    /// <summary>The actor's parameters.</summary>
    [Id(5)] public required Actors.ActorRequest Actor { get; init; }

    /// <summary>The actor's owner.</summary>
    [Id(6)] public required string Owner { get; init; }

    /// <summary>The actor's revision.</summary>
    [Id(7)] public required int Revision { get; init; }

    /// <summary>JSON text of the actor's state now.</summary>
    [Id(8)] public required string StateJson { get; init; }
}

/// <summary>The answer to a worker that asks for a message.</summary>
/// <param name="Order">The lease, or null: nothing waits.</param>
/// <param name="Retire">Whether the worker is not wanted any more.</param>
[GenerateSerializer, Immutable, Alias("abaco.TakeAnswer")]
public sealed record TakeAnswer([property: Id(0)] WorkOrder? Order, [property: Id(1)] bool Retire)
{
    /// <summary>Nothing waits.</summary>
    public static readonly TakeAnswer Nothing = new(null, false);

    /// <summary>The worker is not wanted any more.</summary>
    public static readonly TakeAnswer Leave = new(null, true);
}

/// <summary>What an idle worker is to do.</summary>
[GenerateSerializer, Alias("abaco.IdleAdvice")]
public enum IdleAdvice
{
    /// <summary>Nothing came: ask again.</summary>
    Wait,

    /// <summary>A message waits: get a slot, then take.</summary>
    Take,

    /// <summary>Not wanted any more.</summary>
    Retire,
}

/// <summary>How an attempt ended, as a host reports it.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Ending">How it ended.</param>
[GenerateSerializer, Immutable, Alias("abaco.AttemptEnded")]
public sealed record AttemptEnded([property: Id(0)] string ExecutionId, [property: Id(1)] int Attempt, [property: Id(2)] Ending Ending);

/// <summary>
/// The actor grain as worker hosts see it, same key as <see cref="Actors.IActorGrain"/>. All methods interleave: memory changes after the store's write
/// succeeded. Every call may be repeated: a take returns the lease that the worker holds, an outcome counts once.
/// </summary>
[Alias("abaco.IActorWork")]
public interface IActorWork : IGrainWithStringKey
{
    /// <summary>Offers a new worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>Null: not wanted.</returns>
    [Alias("Join"), AlwaysInterleave]
    Task<Assignment?> JoinAsync(WorkerRef worker);

    /// <summary>Shows the progress of a pull in the actor's status message.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="text">A short line.</param>
    /// <returns>When shown.</returns>
    [Alias("Report"), AlwaysInterleave]
    Task ReportAsync(WorkerRef worker, string text);

    /// <summary>The worker's image is present: the actor is READY.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>When noted.</returns>
    [Alias("Ready"), AlwaysInterleave]
    Task ReadyAsync(WorkerRef worker);

    /// <summary>The image cannot be had; the worker is gone.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cause">The engine's words.</param>
    /// <param name="permanent">Whether trying again cannot help.</param>
    /// <returns>When noted.</returns>
    [Alias("CannotStart"), AlwaysInterleave]
    Task CannotStartAsync(WorkerRef worker, string cause, bool permanent);

    /// <summary>Waits, at most 20 s, until a message waits for this idle worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="cancellationToken">The host stops.</param>
    /// <returns>What to do.</returns>
    [Alias("WaitForWork"), AlwaysInterleave]
    Task<IdleAdvice> WaitForWorkAsync(WorkerRef worker, CancellationToken cancellationToken = default);

    /// <summary>Takes the next message.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>The lease, or nothing.</returns>
    [Alias("Take"), AlwaysInterleave]
    Task<TakeAnswer> TakeAsync(WorkerRef worker);

    /// <summary>Notes the container of a running attempt.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="containerId">The container.</param>
    /// <param name="started">When it was started.</param>
    /// <returns>When durable.</returns>
    [Alias("Started"), AlwaysInterleave]
    Task StartedAsync(string executionId, int attempt, string containerId, DateTimeOffset started);

    /// <summary>Records how an attempt ended and takes the next message.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="ended">How it ended.</param>
    /// <param name="takeNext">False: only record.</param>
    /// <returns>The next lease, or nothing.</returns>
    [Alias("FinishAndTake"), AlwaysInterleave]
    Task<TakeAnswer> FinishAndTakeAsync(WorkerRef worker, AttemptEnded ended, bool takeNext);

    /// <summary>Records that an attempt was lost with its host or engine.</summary>
    /// <param name="executionId">The execution.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="cause">What a person reads.</param>
    /// <returns>When durable.</returns>
    [Alias("Revoke"), AlwaysInterleave]
    Task RevokeAsync(string executionId, int attempt, string cause);

    /// <summary>The worker is gone.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>When noted.</returns>
    [Alias("Left"), AlwaysInterleave]
    Task LeftAsync(WorkerRef worker);

    /// <summary>Finishes a creation or deletion that was cut off; called by the sweeper.</summary>
    /// <returns>Whether nothing is left to do.</returns>
    [Alias("Settle")]
    Task<bool> SettleAsync();
}
