using Abaco.Actors;

namespace Abaco.Store;

/// <summary>Where an actor's row stands between the two databases that creating and deleting span.</summary>
public enum ActorPhase
{
    /// <summary>Intent written; grain state may or may not exist; invisible.</summary>
    Creating,

    /// <summary>Visible.</summary>
    Live,

    /// <summary>Marked deleted; invisible; what it owned is being removed.</summary>
    Deleting,
}

/// <summary>An actor's row: what changes too often for grain state.</summary>
/// <param name="Actor">The actor's key.</param>
/// <param name="Owner">Who registered it.</param>
/// <param name="Queue">The queue whose hosts serve it.</param>
/// <param name="Phase">Where the row stands.</param>
/// <param name="Status">Life of the actor.</param>
/// <param name="StatusMessage">Progress or reason.</param>
/// <param name="Created">When it was registered.</param>
public sealed record ActorRow(
    string Actor, string Owner, string Queue, ActorPhase Phase, ActorStatus Status, string StatusMessage, DateTimeOffset Created);

/// <summary>An actor as lists read it: its row and the JSON of its grain state.</summary>
/// <param name="Row">The row.</param>
/// <param name="StateJson">Grain state as the grain storage serializer wrote it.</param>
/// <param name="Due">When its schedule runs next, or null.</param>
public sealed record ActorListing(ActorRow Row, string StateJson, DateTimeOffset? Due);

/// <summary>An actor that has work for hosts of a queue.</summary>
/// <param name="Actor">The actor's key.</param>
/// <param name="Pending">How many messages wait; 0: it waits for its first worker (SUBMITTED).</param>
public readonly record struct ActorDemand(string Actor, long Pending);

/// <summary>Rows of actors. Creating and deleting span two databases: intent first, then grain state, then visibility; the sweeper finishes what is half-made.</summary>
public interface IActorStore
{
    /// <summary>Writes the intent to create, phase Creating, status SUBMITTED, epoch 0, totals 0.</summary>
    /// <param name="row">The row.</param>
    /// <returns>When durable.</returns>
    Task BeginCreateAsync(ActorRow row);

    /// <summary>Makes a created actor visible.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <returns>When durable.</returns>
    Task CompleteCreateAsync(string actor);

    /// <summary>Changes status and message of a live actor.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="status">Life of the actor.</param>
    /// <param name="message">Progress or reason.</param>
    /// <returns>When durable.</returns>
    Task SetStatusAsync(string actor, ActorStatus status, string message);

    /// <summary>Marks the actor deleted: invisible, no admit or take succeeds any more, its leases may still be finished.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <returns>When durable.</returns>
    Task BeginDeleteAsync(string actor);

    /// <summary>Removes a batch of what a deleted (or never completed) actor owned: executions, uploads, results, logs, workers; at the end the row itself.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="limit">At most so many rows.</param>
    /// <returns>True when nothing is left.</returns>
    Task<bool> RemoveBatchAsync(string actor, int limit);

    /// <summary>Reads one row in any phase.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <returns>Null when there is none.</returns>
    Task<ActorRow?> GetAsync(string actor);

    /// <summary>Lists live actors of a tenant with their grain state that the user owns or has a permission entry for (or ABACO_WORLD has).</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="user">The user.</param>
    /// <returns>Oldest first.</returns>
    Task<IReadOnlyList<ActorListing>> ListAsync(string tenant, string user);

    /// <summary>Lists rows that are not Live, or whose update began and was not completed, for the sweeper.</summary>
    /// <param name="before">Only rows whose phase was set, or whose update began, before this time.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>In no order.</returns>
    Task<IReadOnlyList<ActorRow>> ListHalfMadeAsync(DateTimeOffset before, int limit);

    /// <summary>Lists, in pages and by index only, live actors of a queue with waiting messages, and those in status SUBMITTED; not those in ERROR.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="after">Only keys that sort after this one; empty for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>Sorted by key (ordinal).</returns>
    Task<IReadOnlyList<ActorDemand>> ListDemandAsync(string queue, string after, int limit);
}
