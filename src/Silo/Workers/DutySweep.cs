using Abaco.Actors;
using Abaco.Events;
using Abaco.Store;

namespace Abaco.Silo.Workers;

/// <summary>
/// The sweeper's look at what the service does for actors by itself: schedules that are due, events whose wake-up was lost. The actor's grain decides and writes, so that two silos that find
/// the same run do it once.
/// </summary>
internal sealed class DutySweep(IDutyStore duties, IOutboxStore outbox, IGrainFactory grains, TimeProvider time, ILogger<DutySweep> log)
{
    private const int Batch = 500;

    /// <summary>One round.</summary>
    public async Task RunOnceAsync()
    {
        foreach (var actor in await duties.ListDueAsync(time.GetUtcNow(), Batch))
            await TryAsync(actor, () => grains.GetGrain<IActorInbox>(actor).RunDueAsync());
        foreach (var actor in await outbox.ListWaitingAsync(time.GetUtcNow(), Batch))
            await TryAsync(actor, () => grains.GetGrain<IEventsGrain>(actor).WakeAsync());
    }

    /// <summary>One actor that cannot be reached does not keep the others waiting.</summary>
    private async Task TryAsync(string actor, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException or AbacoException)
        {
            log.ActorDutyFailed(actor, exception.Message);
        }
    }
}
