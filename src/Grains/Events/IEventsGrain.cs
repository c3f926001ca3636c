using Orleans.Concurrency;

namespace Abaco.Events;

/// <summary>Delivers one actor's events, key <see cref="ActorKey"/>: one activation in the cluster, so that they stay in order.</summary>
[Alias("abaco.IEventsGrain")]
public interface IEventsGrain : IGrainWithStringKey
{
    /// <summary>Events may wait; called after the commit that wrote them, and by the sweeper in case that call was lost.</summary>
    /// <returns>At once.</returns>
    [Alias("Wake"), OneWay, AlwaysInterleave]
    Task WakeAsync();
}
