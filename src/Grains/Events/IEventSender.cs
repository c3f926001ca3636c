using Abaco.Store;

namespace Abaco.Events;

/// <summary>What became of an attempt to deliver an event.</summary>
internal abstract record Delivery
{
    private Delivery()
    {
    }

    /// <summary>It arrived.</summary>
    public sealed record Done : Delivery;

    /// <summary>It did not, and may later.</summary>
    /// <param name="Reason">For the log; never holds the address, which may be a secret.</param>
    public sealed record Failed(string Reason) : Delivery;

    /// <summary>It never can.</summary>
    /// <param name="Reason">For the log.</param>
    public sealed record Impossible(string Reason) : Delivery;
}

/// <summary>Delivers events to one kind of target.</summary>
internal interface IEventSender
{
    /// <summary>Tries to deliver one event.</summary>
    /// <param name="actor">The actor that it happened to.</param>
    /// <param name="subscription">Where it goes; the address is not null.</param>
    /// <param name="happened">The event.</param>
    /// <param name="cancellationToken">The silo stops.</param>
    /// <returns>What became of it.</returns>
    Task<Delivery> SendAsync(ActorKey actor, Subscription subscription, EventRow happened, CancellationToken cancellationToken);
}
