using Abaco.Access;
using Orleans.Concurrency;

namespace Abaco.Executions;

/// <summary>
/// One execution for everybody who looks at it, key <see cref="ExecutionKey"/>: its record, its log as it comes, its results, those who wait. What it shows
/// is read from the store; live parts are lost with it and told again by the host. Methods that take a caller need READ on the actor, else they refuse with
/// <see cref="AbacoException"/>; an unknown execution is <see cref="RefusalKind.NotFound"/>.
/// </summary>
[Alias("abaco.IExecutionGrain")]
public interface IExecutionGrain : IGrainWithStringKey
{
    /// <summary>Longest time a waiting call keeps its caller: 20 s. The caller calls again.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    /// <summary>Returns the record.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>The record and the actor's owner.</returns>
    [Alias("Get")]
    [AlwaysInterleave]
    Task<ExecutionView> GetAsync(Caller caller);

    /// <summary>Waits for the end, at most <paramref name="timeout"/> and at most <see cref="LongestWait"/>.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="timeout">How long to wait; zero answers at once.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>The record as it is then, ended or not.</returns>
    [Alias("WaitForEnd")]
    [AlwaysInterleave]
    Task<ExecutionView> WaitForEndAsync(Caller caller, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Waits for the first result (which it takes) or the end, whichever is first, at most <see cref="LongestWait"/>.</summary>
    /// <param name="caller">Who asks; needs EXECUTE.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>What came first, or neither: call again.</returns>
    [Alias("WaitForAnswer")]
    [AlwaysInterleave]
    Task<SynchronousAnswer> WaitForAnswerAsync(Caller caller, CancellationToken cancellationToken = default);

    /// <summary>Pops the oldest result.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>The result, or null when there is none.</returns>
    [Alias("PopResult")]
    [AlwaysInterleave]
    Task<byte[]?> PopResultAsync(Caller caller);

    /// <summary>Returns the log from a position on; with <paramref name="timeout"/> waits for more if there is nothing yet.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="from">Position in UTF-16 units, 0 for the start.</param>
    /// <param name="timeout">How long to wait for more, at most <see cref="LongestWait"/>; zero answers at once.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>The piece.</returns>
    [Alias("ReadLog")]
    [AlwaysInterleave]
    Task<LogPiece> ReadLogAsync(Caller caller, int from, TimeSpan timeout, CancellationToken cancellationToken = default);
}

/// <summary>An execution and what its links need.</summary>
/// <param name="Execution">The record.</param>
/// <param name="ActorOwner">The actor's owner.</param>
[GenerateSerializer, Immutable, Alias("abaco.ExecutionView")]
public sealed record ExecutionView([property: Id(0)] ExecutionSnapshot Execution, [property: Id(1)] string ActorOwner);

/// <summary>A piece of a log.</summary>
/// <param name="Text">What was written from the asked position on; may be empty.</param>
/// <param name="Next">The position to ask from next, in UTF-16 units.</param>
/// <param name="Ended">Whether nothing follows.</param>
/// <param name="ActorOwner">The actor's owner.</param>
[GenerateSerializer, Immutable, Alias("abaco.LogPiece")]
public sealed record LogPiece(
    [property: Id(0)] string Text,
    [property: Id(1)] int Next,
    [property: Id(2)] bool Ended,
    [property: Id(3)] string ActorOwner);

/// <summary>The answer to a synchronous message: a result, or the log at the end, or not yet.</summary>
/// <param name="Result">The first result, or null.</param>
/// <param name="Log">The log at the end when there was no result, or null.</param>
[GenerateSerializer, Immutable, Alias("abaco.SynchronousAnswer")]
public sealed record SynchronousAnswer([property: Id(0)] byte[]? Result, [property: Id(1)] string? Log)
{
    /// <summary>Neither has come within the wait.</summary>
    public bool NotYet => Result is null && Log is null;
}
