using System.Text;
using Abaco.Actors;
using Abaco.Store;

namespace Abaco.Events;

/// <summary>
/// Sends events to linked actors as messages. The event's id becomes the execution's, so that an event told again after a crash is one execution. A link by
/// alias goes to whom the alias stands for now, unless that would close a cycle.
/// </summary>
internal sealed class LinkSender(IGrainFactory grains, IDutyStore duties) : IEventSender
{
    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(ActorKey actor, Subscription subscription, EventRow happened, CancellationToken cancellationToken)
    {
        try
        {
            if (await Links.ResolveAsync(grains, actor.Tenant, subscription.Address!) is not { } target)
                return new Delivery.Impossible("the linked actor does not exist any more");
            if (target.ToString() != subscription.LinkActor && !await duties.RelinkAsync(actor.ToString(), target.ToString()))
                return new Delivery.Impossible("the link's alias stands for an actor whose links lead back here");
            var text = Encoding.UTF8.GetString(EventRules.OfLink(actor, happened));
            await grains.GetGrain<IActorInbox>(target.ToString()).ReceiveAsync(happened.EventId, text, subscription.ApiServer);
            return new Delivery.Done();
        }
        catch (AbacoException refusal) when (refusal.Kind == RefusalKind.NotFound)
        {
            return new Delivery.Impossible("the linked actor does not exist any more");
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException or AbacoException)
        {
            return new Delivery.Failed(exception.Message);
        }
    }
}
