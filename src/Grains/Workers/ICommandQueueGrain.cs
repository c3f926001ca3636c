using Orleans.Concurrency;

namespace Abaco.Workers;

/// <summary>What a host says of itself when it asks for work.</summary>
/// <param name="Host">The host.</param>
/// <param name="Slots">How many workers it runs at a time.</param>
/// <param name="Running">Its workers that hold a slot, by actor key.</param>
[GenerateSerializer, Immutable, Alias("abaco.HostReport")]
public sealed record HostReport(
    [property: Id(0)] string Host, [property: Id(1)] int Slots, [property: Id(2)] IReadOnlyDictionary<string, int> Running);

/// <summary>
/// The set "actor → wanted workers" of one queue, served to hosts in fair turns; key: the queue's name. Soft: after a crash it is refilled from the store,
/// and every 15 s besides, without activating actors. A host pulls when it has a free slot, so a full or dead host never receives work.
/// </summary>
[Alias("abaco.ICommandQueueGrain")]
public interface ICommandQueueGrain : IGrainWithStringKey
{
    /// <summary>Says how many more workers an actor wants; 0: none.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="workers">How many more.</param>
    /// <returns>At once.</returns>
    [Alias("Want"), OneWay, AlwaysInterleave]
    Task WantAsync(string actor, int workers);

    /// <summary>Waits, at most 20 s, for an actor that wants a worker of this host.</summary>
    /// <param name="report">The host.</param>
    /// <param name="cancellationToken">The host stops.</param>
    /// <returns>The actor's key, or null: ask again.</returns>
    [Alias("Next"), AlwaysInterleave]
    Task<string?> NextAsync(HostReport report, CancellationToken cancellationToken = default);

    /// <summary>Says whether a worker should give up its slot because another actor below its fair share waits.</summary>
    /// <param name="actor">The worker's actor.</param>
    /// <returns>Whether it should.</returns>
    [Alias("ShouldYield"), AlwaysInterleave]
    Task<bool> ShouldYieldAsync(string actor);

    /// <summary>The host serves no more.</summary>
    /// <param name="host">The host.</param>
    /// <returns>When noted.</returns>
    [Alias("HostLeft"), AlwaysInterleave]
    Task HostLeftAsync(string host);
}
