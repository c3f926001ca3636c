using Abaco.Access;
using Abaco.Events;
using Abaco.Store;
using Abaco.Workers;

namespace Abaco.Actors;

/// <summary>The stores and clients that an actor's activation works with.</summary>
/// <param name="Actors">Rows of actors.</param>
/// <param name="Mailbox">The executions table.</param>
/// <param name="Duties">Schedules, links and subscriptions.</param>
/// <param name="Workers">Rows of workers.</param>
/// <param name="Hosts">Commands to hosts.</param>
/// <param name="Nonces">Removes nonces.</param>
/// <param name="Signing">Signs webhooks.</param>
/// <param name="Defaults">The cluster's defaults and limits for actors.</param>
/// <param name="Time">The clock.</param>
internal sealed record ActorParts(
    IActorStore Actors, IMailboxStore Mailbox, IDutyStore Duties, IWorkerStore Workers, IHostCommandsClient Hosts, OwnedNonces Nonces,
    WebhookSigning Signing, ActorDefaults Defaults, TimeProvider Time)
{
    private readonly long _begun = Time.GetTimestamp();

    /// <summary>Steady time, from no point in particular: pauses and silences are measured by it, since the clock of the day may jump.</summary>
    public TimeSpan Steady => Time.GetElapsedTime(_begun);
}
