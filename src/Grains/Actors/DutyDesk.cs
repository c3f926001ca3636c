using Abaco.Access;
using Abaco.Events;
using Abaco.Messages;
using Abaco.Schedules;
using Abaco.Store;

namespace Abaco.Actors;

/// <summary>
/// The part of an actor's activation that keeps what the service does for the actor by itself in step with its definition: its schedule, its link and webhook,
/// its queue. An update writes its intent first, then the grain writes its state, then the rows follow; a crash in between leaves a mark, and the next
/// activation (the sweeper sees to one) brings the rows to what the state says.
/// </summary>
internal sealed class DutyDesk(ActorKey key, Func<ActorState> current, ActorParts parts, IGrainFactory grains)
{
    private readonly string _actor = key.ToString();
    private string? _rule;

    /// <summary>When the schedule runs next, or null.</summary>
    public DateTimeOffset? Due { get; private set; }

    /// <summary>Reads the rows, and completes an update that a crash cut off.</summary>
    public async Task OpenAsync()
    {
        var row = await parts.Duties.ReadAsync(_actor);
        (_rule, Due) = (row.Rule, row.Due);
        if (row.Changing)
            await CompleteAsync();
    }

    /// <summary>Finds whom a definition links to.</summary>
    /// <returns>The definition with the link's actor.</returns>
    /// <exception cref="AbacoException">Invalid: there is no such actor. NotAuthorized: the caller may not send it messages.</exception>
    public async Task<ActorDefinition> ResolveAsync(Caller caller, ActorDefinition definition) => definition.Link is { } link
        ? definition with { LinkActor = (await Links.FindAsync(grains, caller, link)).ToString() }
        : definition;

    /// <summary>The secret that signs the actor's webhooks, for those who may change the actor; null when there is none to show.</summary>
    public string? SecretFor(Caller caller) =>
        current().Definition!.Webhook is not null && current().Permissions.LevelOf(caller) >= PermissionLevel.Update ? parts.Signing.SecretOf(key) : null;

    /// <summary>Writes the intent of an update when it changes more than grain state.</summary>
    /// <returns>Whether <see cref="CompleteAsync"/> must follow the write of the state.</returns>
    /// <exception cref="AbacoException">Invalid: the link would close a cycle.</exception>
    public async Task<bool> BeginAsync(ActorState? before, ActorState next)
    {
        if (Of(next) == (before is null ? Nothing(next) : Of(before)))
            return false;
        return await parts.Duties.BeginUpdateAsync(_actor, next.Definition!.LinkActor, parts.Time.GetUtcNow()) switch
        {
            UpdateStart.Begun => true,
            UpdateStart.Cycle => throw AbacoException.Invalid("link: this update would result in a cycle of linked actors."),
            _ => throw AbacoException.NotFound($"No actor found with id: {key.ActorId}."),
        };
    }

    /// <summary>Brings the rows to what the state says.</summary>
    public async Task CompleteAsync()
    {
        var plan = current().Definition!.Cron;
        var now = parts.Time.GetUtcNow();
        var due = plan is not { On: true } ? null
            : plan.Rule != _rule ? CronRules.First(plan, now)
            : Due ?? CronRules.Next(plan, now);
        await parts.Duties.CompleteUpdateAsync(_actor, Of(current()) with { Rule = plan?.Rule, Due = due });
        (_rule, Due) = (plan?.Rule, due);
        await grains.GetGrain<IEventsGrain>(_actor).WakeAsync();
    }

    /// <summary>Sends the message of a run that is due and advances the schedule; of runs that were missed, one happens.</summary>
    /// <returns>Whether a message was admitted.</returns>
    public async Task<bool> RunDueAsync(Dispatcher dispatcher)
    {
        var state = current();
        var now = parts.Time.GetUtcNow();
        if (state.Definition?.Cron is not { On: true } plan || Due is not { } due || due > now)
            return false;
        var next = CronRules.Next(plan, now);
        var message = new MessageRequest { Kind = MessageKind.Text, Text = CronRules.Message, ContentType = "str" };
        var result = await dispatcher.AdmitAsync(
            1,
            sequence => [new MessageRow(_actor, sequence, HashIds.New(), message, CronRules.Executor, state.ApiServer, now)],
            (epoch, rows) => parts.Duties.AdmitDueAsync(epoch, rows[0], due, next));
        if (result.Admission == Admission.Earlier)
            Due = (await parts.Duties.ReadAsync(_actor)).Due;
        else if (result.Admission == Admission.Written)
            Due = next;
        return result.Admission == Admission.Written;
    }

    private static Duties Of(ActorState state)
    {
        var definition = state.Definition!;
        var sends = definition.Link is not null || definition.Webhook is not null;
        return new Duties(
            definition.Queue, definition.Link, definition.LinkActor, definition.Webhook, sends && definition.StartedEvents, sends ? state.ApiServer : "",
            definition.Cron is { } plan ? $"{plan.Rule}|{plan.On}" : null, null);
    }

    private static Duties Nothing(ActorState state) => new(state.Definition!.Queue, null, null, null, false, "", null, null);
}
