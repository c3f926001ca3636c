using Abaco.Store;
using Microsoft.Extensions.Logging;

namespace Abaco.Events;

/// <summary>
/// Delivers one actor's events, key <c>{tenant}_{actorId}</c>; link and webhook each have their own courier, so that neither waits for the other. Nothing here is
/// durable: events and attempts lie in the outbox; after a crash the sweeper wakes the grain again.
/// </summary>
[GrainType("events")]
[CollectionAgeLimit(Minutes = 5)]
internal sealed class EventsGrain(LinkSender links, WebhookSender webhooks, IOutboxStore outbox, TimeProvider time, ILogger<EventsGrain> log)
    : Grain, IEventsGrain
{
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(5);
    private readonly List<IGrainTimer> _timers = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Start(EventTarget.Link, links);
        Start(EventTarget.Webhook, webhooks);
        return Task.CompletedTask;
    }

    public Task WakeAsync()
    {
        // A courier under way runs once more afterwards; one that pauses after a failure sees that its time has not come.
        foreach (var timer in _timers)
            timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    private void Start(EventTarget target, IEventSender sender)
    {
        var courier = new Courier(ActorKey.Parse(this.GetPrimaryKeyString()), target, sender, outbox, time, log);
        IGrainTimer? timer = null;
        timer = this.RegisterGrainTimer(
            async cancellationToken =>
            {
                if (await RunAsync(courier, cancellationToken) is { } pause)
                    timer!.Change(pause, Timeout.InfiniteTimeSpan);
            },
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        _timers.Add(timer);
    }

    private async Task<TimeSpan?> RunAsync(Courier courier, CancellationToken cancellationToken)
    {
        try
        {
            return await courier.RunAsync(cancellationToken);
        }
        catch (AbacoException exception)
        {
            log.EventsWait(this.GetPrimaryKeyString(), StorePause.TotalSeconds, exception.Message);
            return StorePause;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
