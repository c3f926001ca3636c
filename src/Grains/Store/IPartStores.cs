using Abaco.Workers;

namespace Abaco.Store;

/// <summary>Bodies of binary messages, in chunks.</summary>
public interface IBodyStore
{
    /// <summary>Stores one chunk; a repeat stores it once. The first chunk creates the upload.</summary>
    /// <param name="uploadId">The upload.</param>
    /// <param name="index">0 for the first.</param>
    /// <param name="bytes">The chunk.</param>
    /// <param name="now">The time, for the sweep of unreferenced uploads.</param>
    /// <returns>When durable.</returns>
    Task AppendAsync(string uploadId, int index, ReadOnlyMemory<byte> bytes, DateTimeOffset now);

    /// <summary>Reads one chunk.</summary>
    /// <param name="uploadId">The upload.</param>
    /// <param name="index">0 for the first.</param>
    /// <returns>Null after the last.</returns>
    Task<byte[]?> ReadAsync(string uploadId, int index);

    /// <summary>Marks an upload as not needed any more; its rows go in small batches with the sweep.</summary>
    /// <param name="uploadId">The upload.</param>
    /// <returns>When durable.</returns>
    Task DiscardAsync(string uploadId);

    /// <summary>Removes a batch of rows of discarded uploads and of those that no message names and that are older than a time.</summary>
    /// <param name="before">Unreferenced uploads begun before this time go.</param>
    /// <param name="limit">At most so many chunks.</param>
    /// <returns>How many chunks were removed.</returns>
    Task<int> SweepAsync(DateTimeOffset before, int limit);
}

/// <summary>Results of executions, popped oldest first.</summary>
public interface IResultStore
{
    /// <summary>Appends one result.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The execution.</param>
    /// <param name="bytes">The datagram.</param>
    /// <returns>When durable.</returns>
    Task AppendAsync(string actor, string executionId, byte[] bytes);

    /// <summary>Pops the oldest result, atomically.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The execution.</param>
    /// <returns>Null when there is none.</returns>
    Task<byte[]?> PopAsync(string actor, string executionId);

    /// <summary>Removes a batch of results of executions that ended before a time.</summary>
    /// <param name="endedBefore">The time.</param>
    /// <param name="limit">At most so many rows.</param>
    /// <returns>How many were removed.</returns>
    Task<int> ExpireAsync(DateTimeOffset endedBefore, int limit);
}

/// <summary>Logs of ended executions, compressed, with a full-text index row each.</summary>
public interface ILogStore
{
    /// <summary>Stores the log of an attempt; a log of a later or the same attempt replaces it.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The execution.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="text">The log, already cut to its limit.</param>
    /// <param name="expires">When it may be removed.</param>
    /// <returns>When durable.</returns>
    Task CommitAsync(string actor, string executionId, int attempt, string text, DateTimeOffset expires);

    /// <summary>Reads a log.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The execution.</param>
    /// <param name="now">Logs that expired before are not shown.</param>
    /// <returns>Null when there is none.</returns>
    Task<string?> ReadAsync(string actor, string executionId, DateTimeOffset now);

    /// <summary>Removes a batch of expired logs and their index rows.</summary>
    /// <param name="now">The time.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>How many were removed.</returns>
    Task<int> ExpireAsync(DateTimeOffset now, int limit);
}

/// <summary>Rows of workers, written at creation, READY, ERROR and removal; BUSY follows from leases.</summary>
public interface IWorkerStore
{
    /// <summary>Writes a worker's row.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>When durable.</returns>
    Task PutAsync(WorkerSnapshot worker);

    /// <summary>Removes a worker's row; no row is success.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="workerId">The worker.</param>
    /// <returns>When durable.</returns>
    Task RemoveAsync(string actor, string workerId);

    /// <summary>Lists an actor's workers; those that hold a lease are BUSY, with the lease's container and take time.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <returns>Oldest first.</returns>
    Task<IReadOnlyList<WorkerSnapshot>> ListAsync(string actor);

    /// <summary>Removes all rows of a host, at its start.</summary>
    /// <param name="host">The host.</param>
    /// <returns>When durable.</returns>
    Task RemoveHostAsync(string host);
}

/// <summary>The store as a whole.</summary>
public interface IStoreControl
{
    /// <summary>The cluster's id: random, written by the first migration.</summary>
    string ClusterId { get; }

    /// <summary>Does a small durable write and a read.</summary>
    /// <returns>Null when it works, else what is wrong.</returns>
    Task<string?> CheckAsync();

    /// <summary>Removes a batch of purged rows.</summary>
    /// <param name="limit">At most so many.</param>
    /// <returns>How many were removed.</returns>
    Task<int> RemovePurgedAsync(int limit);
}
