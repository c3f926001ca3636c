namespace Abaco.Actors;

/// <summary>The actor grain as the service itself uses it, same key as <see cref="IActorGrain"/>. Every call may be repeated.</summary>
[Alias("abaco.IActorInbox")]
public interface IActorInbox : IGrainWithStringKey
{
    /// <summary>Sends the message of the schedule's run if one is due; called by the sweeper.</summary>
    /// <returns>When it is durable, or there was nothing to do.</returns>
    [Alias("RunDue")]
    Task RunDueAsync();
}
