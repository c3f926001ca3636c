using Orleans.Concurrency;

namespace Abaco.Actors;

/// <summary>The actor grain as the service itself uses it, same key as <see cref="IActorGrain"/>. Every call may be repeated.</summary>
[Alias("abaco.IActorInbox")]
public interface IActorInbox : IGrainWithStringKey
{
    /// <summary>Sends the message of the schedule's run if one is due; called by the sweeper.</summary>
    /// <returns>When it is durable, or there was nothing to do.</returns>
    [Alias("RunDue")]
    Task RunDueAsync();

    /// <summary>Takes an event of an actor that is linked to this one as a message; the permission was checked when the link was set.</summary>
    /// <param name="eventId">Becomes the execution's id; a repeat makes no second one.</param>
    /// <param name="json">The event.</param>
    /// <param name="apiServer">Base address for the execution.</param>
    /// <returns>When the message is durable.</returns>
    /// <exception cref="AbacoException">NotFound: this actor does not exist (any more).</exception>
    [Alias("Receive"), AlwaysInterleave]
    Task ReceiveAsync(string eventId, string json, string apiServer);
}
