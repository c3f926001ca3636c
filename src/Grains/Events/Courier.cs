using Abaco.Store;
using Microsoft.Extensions.Logging;

namespace Abaco.Events;

/// <summary>
/// Delivers one actor's events to one target, in order: the oldest until it arrives or is 24 h old, then the next. An event is removed after it arrived; a
/// crash in between delivers it again.
/// </summary>
internal sealed class Courier(ActorKey actor, EventTarget target, IEventSender sender, IOutboxStore outbox, TimeProvider time, ILogger log)
{
    private const int PageRows = 20;
    private const int DropRows = 500;
    private readonly string _actor = actor.ToString();

    /// <summary>Delivers what waits.</summary>
    /// <returns>The pause until the next attempt; null: nothing waits.</returns>
    public async Task<TimeSpan?> RunAsync(CancellationToken cancellationToken)
    {
        while (await outbox.ReadAsync(_actor, target, PageRows) is { Events.Count: > 0 } page)
        {
            var now = time.GetUtcNow();
            var oldest = page.Subscription.Address is null ? DateTimeOffset.MaxValue : now - EventRules.Kept;
            if (page.Events[0].Time < oldest)
                log.EventsDropped(await outbox.DropAsync(_actor, target, oldest, DropRows), target, _actor);
            else if (page.Subscription.NotBefore > now)
                return page.Subscription.NotBefore - now;
            else if (await DeliverAsync(page, oldest, cancellationToken) is { } pause)
                return pause;
        }

        return null;
    }

    private async Task<TimeSpan?> DeliverAsync(OutboxPage page, DateTimeOffset oldest, CancellationToken cancellationToken)
    {
        var attempts = page.Subscription.Attempts;
        foreach (var happened in page.Events.TakeWhile(happened => happened.Time >= oldest))
        {
            var delivery = await sender.SendAsync(actor, page.Subscription, happened, cancellationToken);
            if (delivery is Delivery.Failed failed)
            {
                var pause = EventRules.Pause(++attempts);
                log.EventPostponed(target, _actor, attempts, pause.TotalSeconds, failed.Reason);
                await outbox.PostponeAsync(_actor, target, attempts, time.GetUtcNow() + pause);
                return pause;
            }

            if (delivery is Delivery.Impossible impossible)
                log.EventImpossible(happened.EventId, target, _actor, impossible.Reason);
            await outbox.RemoveAsync(_actor, target, happened.Id);
            attempts = 0;
        }

        return null;
    }
}
