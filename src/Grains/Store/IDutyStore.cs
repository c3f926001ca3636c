namespace Abaco.Store;

/// <summary>What an actor's definition means for rows outside grain state.</summary>
/// <param name="Queue">The queue whose hosts serve it.</param>
/// <param name="Link">Id or alias that its events go to, as given, or null.</param>
/// <param name="LinkActor">Key of the actor that the link stood for when it was set, or null.</param>
/// <param name="Webhook">URL that its events go to, or null.</param>
/// <param name="StartedEvents">Whether EXECUTION_STARTED is sent too.</param>
/// <param name="ApiServer">Base address under which the definition came, for the messages and webhooks that follow from it.</param>
/// <param name="Rule">Tells its schedule from another, or null for none.</param>
/// <param name="Due">When the schedule runs next; null: paused, or no run is left.</param>
public sealed record Duties(
    string Queue, string? Link, string? LinkActor, string? Webhook, bool StartedEvents, string ApiServer, string? Rule, DateTimeOffset? Due);

/// <summary>The rows as an activation finds them.</summary>
/// <param name="Changing">Whether an update began and was not completed.</param>
/// <param name="Rule">The schedule that <see cref="Due"/> was made from, or null for none.</param>
/// <param name="Due">When the schedule runs next.</param>
public sealed record DutyRow(bool Changing, string? Rule, DateTimeOffset? Due);

/// <summary>What became of the beginning of an update.</summary>
public enum UpdateStart
{
    /// <summary>Its intent is written.</summary>
    Begun,

    /// <summary>Refused: the link would close a cycle of linked actors. Nothing was written.</summary>
    Cycle,

    /// <summary>The actor is deleted. Nothing was written.</summary>
    Gone,
}

/// <summary>
/// What the service does for an actor by itself: schedules, links, subscriptions. An update spans grain state and these rows: intent first
/// (<see cref="BeginUpdateAsync"/>), then grain state, then the rows (<see cref="CompleteUpdateAsync"/>). What a crash leaves half-made is completed from grain
/// state, whichever of the two it is (<see cref="IActorStore.ListHalfMadeAsync"/>). Deleting an actor removes its rows here at once.
/// </summary>
public interface IDutyStore
{
    /// <summary>
    /// Writes the intent of an update. The link, if any, is entered beside the standing one, and refused if following links from it leads back to the actor; two
    /// updates that would form a cycle together cannot both begin.
    /// </summary>
    /// <param name="actor">The actor's key, in any phase but Deleting.</param>
    /// <param name="linkActor">Key of the actor to be linked, or null.</param>
    /// <param name="now">The time, from which the sweeper counts its grace.</param>
    /// <returns>What became of it.</returns>
    Task<UpdateStart> BeginUpdateAsync(string actor, string? linkActor, DateTimeOffset now);

    /// <summary>Brings the rows to what grain state says, and ends the update.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="duties">What they are to be.</param>
    /// <returns>When durable.</returns>
    Task CompleteUpdateAsync(string actor, Duties duties);

    /// <summary>Enters whom a link by alias stands for now, in place of whom it stood for before.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="linkActor">Key of the actor that the alias stands for.</param>
    /// <returns>False: refused, for it would close a cycle of linked actors.</returns>
    Task<bool> RelinkAsync(string actor, string linkActor);

    /// <summary>Reads what an activation needs.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <returns>The rows.</returns>
    Task<DutyRow> ReadAsync(string actor);

    /// <summary>Lists live actors whose schedule is due, by index.</summary>
    /// <param name="now">The time.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>Keys, longest due first.</returns>
    Task<IReadOnlyList<string>> ListDueAsync(DateTimeOffset now, int limit);

    /// <summary>Writes the message of a due run and advances the schedule, in one transaction, so that each run happens once.</summary>
    /// <param name="epoch">The activation's epoch.</param>
    /// <param name="row">The message.</param>
    /// <param name="due">The run; if the schedule stands elsewhere, nothing is written (<see cref="Admission.Earlier"/>).</param>
    /// <param name="next">The run after it, or null for none.</param>
    /// <returns>What became of the message.</returns>
    Task<AdmitResult> AdmitDueAsync(long epoch, MessageRow row, DateTimeOffset due, DateTimeOffset? next);
}
