using Abaco.Events;

namespace Abaco.Store;

/// <summary>An event that waits for one of its targets.</summary>
/// <param name="Id">Its place in the order of what happened to the actor.</param>
/// <param name="EventId">Hash id, the same for both targets.</param>
/// <param name="Type">What happened.</param>
/// <param name="Time">When.</param>
/// <param name="ExecutionId">The execution that it is about, or null.</param>
/// <param name="Status">The status that the actor or the execution came to, as the API shows it.</param>
/// <param name="ExitCode">The exit code of an execution that ended by itself, or null.</param>
/// <param name="StatusMessage">The reason of ACTOR_ERROR, or null.</param>
public sealed record EventRow(
    long Id, string EventId, EventType Type, DateTimeOffset Time, string? ExecutionId, string Status, int? ExitCode, string? StatusMessage);

/// <summary>Where an actor's events go now.</summary>
/// <param name="Address">Id or alias of an actor, or a URL; null: nowhere any more, what waits is to be dropped.</param>
/// <param name="LinkActor">Key of the actor that a link was last known to stand for, or null.</param>
/// <param name="ApiServer">Base address for messages and webhooks.</param>
/// <param name="Attempts">How often the oldest event was tried without success.</param>
/// <param name="NotBefore">When it may be tried again.</param>
public sealed record Subscription(string? Address, string? LinkActor, string ApiServer, int Attempts, DateTimeOffset NotBefore);

/// <summary>The oldest events that wait for a target.</summary>
/// <param name="Subscription">Where they go.</param>
/// <param name="Events">In order.</param>
public sealed record OutboxPage(Subscription Subscription, IReadOnlyList<EventRow> Events);

/// <summary>
/// Events not yet delivered. They are written by the other stores, each in the transaction of the change that it reports, once for each target that the actor
/// has at that moment: <see cref="IActorStore.SetStatusAsync"/> (ACTOR_READY, ACTOR_ERROR, when the status changes), <see cref="IMailboxStore.TakeAsync"/>
/// (EXECUTION_STARTED) and <see cref="IMailboxStore.FinishAndTakeAsync"/> (EXECUTION_COMPLETE). An event is removed after it was delivered, so that a crash
/// delivers it again.
/// </summary>
public interface IOutboxStore
{
    /// <summary>Lists actors with events that may be tried now, by index.</summary>
    /// <param name="now">The time.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>Keys, each once.</returns>
    Task<IReadOnlyList<string>> ListWaitingAsync(DateTimeOffset now, int limit);

    /// <summary>Reads the oldest events for a target.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="target">The target.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>Null when the actor has no such target.</returns>
    Task<OutboxPage?> ReadAsync(string actor, EventTarget target, int limit);

    /// <summary>Removes the oldest event, which was delivered or cannot be; the next may be tried at once.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="target">The target.</param>
    /// <param name="id">The event's place; removing it again is success.</param>
    /// <returns>When durable.</returns>
    Task RemoveAsync(string actor, EventTarget target, long id);

    /// <summary>Notes that the oldest event could not be delivered.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="target">The target.</param>
    /// <param name="attempts">How often it was tried.</param>
    /// <param name="notBefore">When it may be tried again.</param>
    /// <returns>When durable.</returns>
    Task PostponeAsync(string actor, EventTarget target, int attempts, DateTimeOffset notBefore);

    /// <summary>Removes a batch of events undelivered, oldest first.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="target">The target.</param>
    /// <param name="before">Only events of before this time.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>How many were removed.</returns>
    Task<int> DropAsync(string actor, EventTarget target, DateTimeOffset before, int limit);
}
