using Orleans.Concurrency;

namespace Abaco.Executions;

/// <summary>The execution grain as hosts and the actor grain see it, same key as <see cref="IExecutionGrain"/>.</summary>
[Alias("abaco.IExecutionFeed")]
public interface IExecutionFeed : IGrainWithStringKey
{
    /// <summary>Tells a piece of the running log.</summary>
    /// <param name="attempt">The attempt; a higher one starts the log anew.</param>
    /// <param name="from">Position of the piece in UTF-16 units.</param>
    /// <param name="text">The piece.</param>
    /// <returns>How much of the log the grain has now; less than <paramref name="from"/> when the grain is new: tell it again from there.</returns>
    [Alias("AppendLog"), AlwaysInterleave]
    Task<int> AppendLogAsync(int attempt, int from, string text);

    /// <summary>Stores a result; it is durable when the task completes.</summary>
    /// <param name="bytes">The datagram.</param>
    /// <returns>When durable.</returns>
    [Alias("AppendResult"), AlwaysInterleave]
    Task AppendResultAsync(byte[] bytes);

    /// <summary>Stores the log of an attempt; called before its outcome is recorded.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="text">The whole log, cut to its limit.</param>
    /// <param name="keep">How long it is kept.</param>
    /// <returns>When durable.</returns>
    [Alias("CommitLog"), AlwaysInterleave]
    Task CommitLogAsync(int attempt, string text, TimeSpan keep);

    /// <summary>The row changed: those who wait look again.</summary>
    /// <param name="ended">Whether the execution has ended.</param>
    /// <returns>At once.</returns>
    [Alias("Changed"), OneWay, AlwaysInterleave]
    Task ChangedAsync(bool ended);
}
