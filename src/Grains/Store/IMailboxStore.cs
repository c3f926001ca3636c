using Abaco.Executions;
using Abaco.Messages;

namespace Abaco.Store;

/// <summary>A message as its one row is written: the execution in status SUBMITTED.</summary>
/// <param name="Actor">The actor's key.</param>
/// <param name="Sequence">Order in the mailbox, from 1, without repeats.</param>
/// <param name="ExecutionId">Hash id.</param>
/// <param name="Message">The message.</param>
/// <param name="Executor">Who sent it.</param>
/// <param name="ApiServer">Base address under which it came.</param>
/// <param name="Received">When it was received.</param>
public sealed record MessageRow(
    string Actor, long Sequence, string ExecutionId, MessageRequest Message, string Executor, string ApiServer, DateTimeOffset Received);

/// <summary>An <c>Idempotency-Key</c> as it is kept with the messages that it was sent with.</summary>
/// <param name="Key">What the sender chose, unique for the actor.</param>
/// <param name="Digest">Of everything that was sent; the same key with another digest is refused.</param>
/// <param name="Now">The time; a key that expired before is as if it were not there.</param>
/// <param name="Expires">When the key may be used anew.</param>
public sealed record KeyRow(string Key, string Digest, DateTimeOffset Now, DateTimeOffset Expires);

/// <summary>What became of messages to admit.</summary>
public enum Admission
{
    /// <summary>All rows are there, written by this call.</summary>
    Written,

    /// <summary>They are there since an earlier call (same idempotency key, or same execution id); nothing was written.</summary>
    Earlier,

    /// <summary>The idempotency key was used with another digest; nothing was written.</summary>
    KeyTaken,

    /// <summary>A newer activation exists, or the actor is deleted; nothing was written.</summary>
    EpochLost,

    /// <summary>An upload that a message names is not there as a whole; nothing was written.</summary>
    BodyMissing,
}

/// <summary>What became of messages to admit.</summary>
/// <param name="Admission">What became of them, all or nothing.</param>
/// <param name="ExecutionIds">In the order of the messages: those of the rows, or those of the earlier call.</param>
public sealed record AdmitResult(Admission Admission, IReadOnlyList<string> ExecutionIds);

/// <summary>A waiting message in the mailbox window.</summary>
/// <param name="Sequence">Order in the mailbox.</param>
/// <param name="ExecutionId">Hash id.</param>
public readonly record struct PendingMessage(long Sequence, string ExecutionId);

/// <summary>A row in status RUNNING: who holds it.</summary>
/// <param name="Actor">The actor's key.</param>
/// <param name="Sequence">Order in the mailbox.</param>
/// <param name="ExecutionId">Hash id.</param>
/// <param name="Attempt">1 for the first take.</param>
/// <param name="Losses">How many earlier attempts were lost with their engine or host.</param>
/// <param name="Retries">How many earlier attempts ended with a non-zero exit and were tried again by <c>max_retries</c>.</param>
/// <param name="Causes">Why earlier attempts did not end.</param>
/// <param name="Host">The host that holds it.</param>
/// <param name="Worker">The worker that holds it.</param>
/// <param name="ContainerId">Its container when known.</param>
/// <param name="StopRequested">Whether a force-quit was issued.</param>
public sealed record LeaseRow(
    string Actor, long Sequence, string ExecutionId, int Attempt, int Losses, int Retries, IReadOnlyList<string> Causes,
    string Host, string Worker, string? ContainerId, bool StopRequested);

/// <summary>A lease with the message that it is for.</summary>
/// <param name="Lease">Who holds it.</param>
/// <param name="Message">The message as it was written.</param>
public sealed record TakenMessage(LeaseRow Lease, MessageRow Message);

/// <summary>What an activation reads when it opens its mailbox; reading raises the actor's epoch, so that no older activation can write any more.</summary>
/// <param name="Epoch">The new epoch.</param>
/// <param name="LastSequence">The highest sequence ever written, 0 for none.</param>
/// <param name="Pending">How many messages wait (not purged).</param>
/// <param name="Running">The leases that stand.</param>
public sealed record MailboxOpening(long Epoch, long LastSequence, long Pending, IReadOnlyList<LeaseRow> Running);

/// <summary>A wish to turn one waiting row RUNNING.</summary>
/// <param name="ExecutionId">The row.</param>
/// <param name="Host">The host.</param>
/// <param name="Worker">The worker.</param>
/// <param name="Now">The time of the take.</param>
public sealed record TakeRequest(string ExecutionId, string Host, string Worker, DateTimeOffset Now);

/// <summary>What became of a take. <see cref="Message"/> is null when the row was purged or is not waiting any more: take the next.</summary>
/// <param name="EpochLost">A newer activation exists; nothing was done.</param>
/// <param name="Message">The lease and its message.</param>
public sealed record TakeResult(bool EpochLost, TakenMessage? Message);

/// <summary>An outcome to record for an execution's current attempt.</summary>
/// <param name="ExecutionId">The row.</param>
/// <param name="Attempt">The attempt that ended. Any other than the row's current one is discarded.</param>
/// <param name="Status">COMPLETE or ERROR (dead letter), or SUBMITTED: back to the mailbox for another attempt.</param>
/// <param name="Exited">How the program ended, for COMPLETE and for a retry after a non-zero exit; else null.</param>
/// <param name="Cause">Appended to the row's causes, or null.</param>
/// <param name="CountLoss">Adds one to the row's losses.</param>
/// <param name="CountRetry">Adds one to the row's retries.</param>
/// <param name="Now">When the outcome was decided.</param>
public sealed record OutcomeRow(
    string ExecutionId, int Attempt, ExecutionStatus Status, Ending.Exited? Exited, string? Cause, bool CountLoss, bool CountRetry, DateTimeOffset Now);

/// <summary>What became of an outcome and the take that followed it in the same transaction.</summary>
/// <param name="Recorded">False: the attempt was not the row's current one, or not RUNNING; nothing was changed. A repeat of a recorded outcome is false too.</param>
/// <param name="Next">The take, when one was asked for.</param>
public sealed record FinishResult(bool Recorded, TakeResult? Next);

/// <summary>A row of the execution record: the snapshot and where it stands.</summary>
/// <param name="Snapshot">What is shown.</param>
/// <param name="Lease">Who holds it, when RUNNING.</param>
public sealed record ExecutionRow(ExecutionSnapshot Snapshot, LeaseRow? Lease);

/// <summary>
/// The executions table, which is the mailbox. All writes are durable when their task completes. An overloaded writer or an unavailable database throws
/// <see cref="AbacoException"/> of kind <see cref="RefusalKind.Unavailable"/> (for writes whose outcome is unknown the store itself tries again until it is known).
/// Purged rows are invisible at once to every method.
/// </summary>
public interface IMailboxStore
{
    /// <summary>Raises the actor's epoch and reads what its activation needs.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <returns>Null when there is no such actor row, or it is marked deleted.</returns>
    Task<MailboxOpening?> OpenAsync(string actor);

    /// <summary>Writes one message. Repeating it with the same execution id writes it once.</summary>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="row">The message.</param>
    /// <returns>False: the epoch is lost (or the actor deleted), nothing was written.</returns>
    Task<bool> AdmitAsync(long epoch, MessageRow row);

    /// <summary>
    /// Writes messages of one actor, all or none, and the idempotency key if there is one, in one transaction. Of two calls with the same key at the same time
    /// one writes and the other waits for it and is <see cref="Admission.Earlier"/>.
    /// </summary>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="rows">At least one, in order of sequence.</param>
    /// <param name="key">The idempotency key, or null.</param>
    /// <returns>What became of them.</returns>
    Task<AdmitResult> AdmitAsync(long epoch, IReadOnlyList<MessageRow> rows, KeyRow? key);

    /// <summary>Looks an idempotency key up.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="key">The key.</param>
    /// <returns>Whether it is known: <see cref="Admission.Earlier"/>, <see cref="Admission.KeyTaken"/>, or null.</returns>
    Task<AdmitResult?> FindKeyAsync(string actor, KeyRow key);

    /// <summary>Removes a batch of expired idempotency keys.</summary>
    /// <param name="now">The time.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>How many were removed.</returns>
    Task<int> ExpireKeysAsync(DateTimeOffset now, int limit);

    /// <summary>Reads waiting messages in order.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="after">Only higher sequences.</param>
    /// <param name="through">Only up to this sequence.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>In order of sequence.</returns>
    Task<IReadOnlyList<PendingMessage>> ReadPendingAsync(string actor, long after, long through, int limit);

    /// <summary>Turns a waiting row RUNNING: attempt + 1, host, worker.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="take">Which and for whom.</param>
    /// <returns>The lease. Asking again for a row that this worker holds already returns the same lease.</returns>
    Task<TakeResult> TakeAsync(string actor, long epoch, TakeRequest take);

    /// <summary>Records an outcome (fenced by attempt alone), adds to the actor's totals, and takes the next message (fenced by epoch), in one transaction.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="outcome">What to record.</param>
    /// <param name="next">What to take then, or null.</param>
    /// <returns>What became of both.</returns>
    Task<FinishResult> FinishAndTakeAsync(string actor, long epoch, OutcomeRow outcome, TakeRequest? next);

    /// <summary>Notes container and start of a running attempt; discarded when the attempt is not current.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The row.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="containerId">Its container.</param>
    /// <param name="started">When it was started, or null when only created.</param>
    /// <returns>When durable.</returns>
    Task NoteContainerAsync(string actor, string executionId, int attempt, string containerId, DateTimeOffset? started);

    /// <summary>Notes that a running execution is to be stopped.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The row.</param>
    /// <returns>The row as it was found (its lease if RUNNING), or null when there is none.</returns>
    Task<ExecutionRow?> RequestStopAsync(string actor, string executionId);

    /// <summary>Sets the purge watermark: every waiting row up to it is gone at once; rows are removed later.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="through">The watermark.</param>
    /// <returns>False: the epoch is lost.</returns>
    Task<bool> PurgeAsync(string actor, long epoch, long through);

    /// <summary>Records an execution that ran elsewhere, as COMPLETE, and adds to the totals.</summary>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="row">Its row (an empty message).</param>
    /// <param name="runtime">How long it ran.</param>
    /// <param name="cpuNanoseconds">CPU time in nanoseconds.</param>
    /// <param name="ioBytes">Bytes received.</param>
    /// <returns>False: the epoch is lost.</returns>
    Task<bool> RecordAsync(long epoch, MessageRow row, TimeSpan runtime, long cpuNanoseconds, long ioBytes);

    /// <summary>Reads one record.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The row.</param>
    /// <returns>Null when there is none (or it was purged).</returns>
    Task<ExecutionRow?> GetAsync(string actor, string executionId);

    /// <summary>Lists the newest records, oldest received first, and totals over all (kept as sums in the actor's row, never counted by scanning).</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>The list, with an empty owner.</returns>
    Task<ExecutionList> ListAsync(string actor, int limit);

    /// <summary>Lists the leases that a host holds.</summary>
    /// <param name="host">The host.</param>
    /// <returns>In no order.</returns>
    Task<IReadOnlyList<LeaseRow>> ListLeasesAsync(string host);
}
