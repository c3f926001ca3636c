using Abaco.Access;
using Abaco.Executions;
using Abaco.Messages;
using Abaco.Workers;
using Orleans.Concurrency;

namespace Abaco.Actors;

/// <summary>
/// One Abaco actor, key <see cref="ActorKey"/>. Every method refuses with <see cref="AbacoException"/>; an unknown or deleted actor is
/// <see cref="RefusalKind.NotFound"/>. A timed-out call means "unknown"; every command may be repeated.
/// </summary>
[Alias("abaco.IActorGrain")]
public interface IActorGrain : IPermissioned
{
    /// <summary>Registers the actor under this key; called by <see cref="Catalog.ICatalogGrain.RegisterAsync"/>, which chooses the id.</summary>
    /// <param name="caller">Becomes the owner.</param>
    /// <param name="request">The parameters.</param>
    /// <returns>The actor, SUBMITTED.</returns>
    [Alias("Create")]
    Task<ActorSnapshot> CreateAsync(Caller caller, ActorRequest request);

    /// <summary>Returns the actor; needs READ.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>The actor.</returns>
    [Alias("Get")]
    [AlwaysInterleave]
    Task<ActorSnapshot> GetAsync(Caller caller);

    /// <summary>Replaces the parameters (absent ones as rest-api.md says); needs UPDATE.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">The parameters.</param>
    /// <returns>The actor as it is now.</returns>
    [Alias("Update")]
    Task<ActorSnapshot> UpdateAsync(Caller caller, ActorRequest request);

    /// <summary>Deletes the actor, stops its executions and workers and removes what it owned; needs UPDATE.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>Whether everything is gone; false: some resources are still being cleaned up.</returns>
    [Alias("Delete")]
    Task<bool> DeleteAsync(Caller caller);

    /// <summary>Returns the JSON text of a stateful actor's state; needs READ; a stateless actor is NotFound.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>JSON text.</returns>
    [Alias("GetState")]
    [AlwaysInterleave]
    Task<string> GetStateAsync(Caller caller);

    /// <summary>Replaces a stateful actor's state; needs UPDATE.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="stateJson">JSON text, at most 128 KiB as rendered into <c>_abaco_actor_state</c>.</param>
    /// <returns>The actor as it is now.</returns>
    [Alias("SetState")]
    Task<ActorSnapshot> SetStateAsync(Caller caller, string stateJson);

    /// <summary>Puts a message into the mailbox; answers after it is durable; needs EXECUTE.</summary>
    /// <param name="caller">Who sends.</param>
    /// <param name="message">The message.</param>
    /// <param name="idempotencyKey">
    /// 1 to 255 visible ASCII characters, or null. For 24 h the same key answers as the first time, without another execution; with other content it is
    /// <see cref="RefusalKind.Conflict"/>. A duplicate under way waits for the first.
    /// </param>
    /// <returns>The execution's id.</returns>
    [Alias("Send")]
    [AlwaysInterleave]
    Task<SendReceipt> SendAsync(Caller caller, MessageRequest message, string? idempotencyKey = null);

    /// <summary>Puts several messages into the mailbox in order, all or none; answers after they are durable; needs EXECUTE.</summary>
    /// <param name="caller">Who sends.</param>
    /// <param name="messages">1 to 10,000, none binary, none synchronous.</param>
    /// <param name="idempotencyKey">One key for the whole, as for <see cref="SendAsync"/>.</param>
    /// <returns>One execution's id for each message, in order.</returns>
    [Alias("SendBatch")]
    [AlwaysInterleave]
    Task<BatchReceipt> SendBatchAsync(Caller caller, IReadOnlyList<MessageRequest> messages, string? idempotencyKey = null);

    /// <summary>Counts the waiting messages; needs READ.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>The number of messages not yet taken by a worker.</returns>
    [Alias("CountMessages")]
    [AlwaysInterleave]
    Task<long> CountMessagesAsync(Caller caller);

    /// <summary>Removes the waiting messages; their executions do not exist afterwards; needs UPDATE.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>When the purge is durable.</returns>
    [Alias("Purge")]
    Task PurgeAsync(Caller caller);

    /// <summary>Lists executions with totals over all; needs READ.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>The newest 1,000, oldest received first.</returns>
    [Alias("ListExecutions")]
    [AlwaysInterleave]
    Task<ExecutionList> ListExecutionsAsync(Caller caller);

    /// <summary>
    /// Returns the record of one execution; needs READ. The same as <see cref="IExecutionGrain.GetAsync"/>, but without bringing a grain to life for it: looks
    /// at many old executions cost no more than many looks at one.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="executionId">The execution.</param>
    /// <returns>The record and the actor's owner.</returns>
    [Alias("GetExecution")]
    [AlwaysInterleave]
    Task<ExecutionView> GetExecutionAsync(Caller caller, string executionId);

    /// <summary>Records an execution that ran elsewhere; needs UPDATE.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="runtime">How long it ran.</param>
    /// <param name="cpuNanoseconds">CPU time in nanoseconds, at least 0.</param>
    /// <param name="ioBytes">Bytes received on the network, at least 0.</param>
    /// <returns>The new execution's id.</returns>
    [Alias("RecordExecution")]
    Task<string> RecordExecutionAsync(Caller caller, TimeSpan runtime, long cpuNanoseconds, long ioBytes);

    /// <summary>Stops a RUNNING execution by force; needs UPDATE; any other status is refused as Invalid.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="executionId">The execution.</param>
    /// <returns>When the command was issued.</returns>
    [Alias("ForceQuit")]
    Task ForceQuitAsync(Caller caller, string executionId);

    /// <summary>Lists the workers that stand now; needs READ.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>Oldest first.</returns>
    [Alias("ListWorkers")]
    [AlwaysInterleave]
    Task<IReadOnlyList<WorkerSnapshot>> ListWorkersAsync(Caller caller);

    /// <summary>Makes sure that at least so many workers stand; admins only.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="count">At least 1.</param>
    /// <returns>How many stood before, and how many were scheduled.</returns>
    [Alias("EnsureWorkers")]
    Task<WorkersScheduled> EnsureWorkersAsync(Caller caller, int count);

    /// <summary>Stops a worker after its running execution; admins only.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="workerId">The worker.</param>
    /// <returns>When the command was issued.</returns>
    [Alias("StopWorker")]
    Task StopWorkerAsync(Caller caller, string workerId);

    /// <summary>Checks a permission without doing anything.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="level">The level needed.</param>
    /// <returns>The actor's owner.</returns>
    [Alias("Authorize")]
    [AlwaysInterleave]
    Task<string> AuthorizeAsync(Caller caller, PermissionLevel level);
}
