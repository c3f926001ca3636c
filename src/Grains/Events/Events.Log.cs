using Microsoft.Extensions.Logging;

namespace Abaco.Events;

/// <summary>Log lines of event delivery. Addresses are never logged: a webhook's may hold a nonce.</summary>
internal static partial class EventsLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Count} events for the {Target} of actor {Actor} were dropped: not delivered within 24 h, or not wanted any more")]
    public static partial void EventsDropped(this ILogger log, int count, EventTarget target, string actor);

    [LoggerMessage(2, LogLevel.Warning, "The {Target} of actor {Actor} could not be reached (attempt {Attempt}), trying again in {Seconds} s: {Reason}")]
    public static partial void EventPostponed(this ILogger log, EventTarget target, string actor, int attempt, double seconds, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Event {EventId} for the {Target} of actor {Actor} was dropped: {Reason}")]
    public static partial void EventImpossible(this ILogger log, string eventId, EventTarget target, string actor, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Events of actor {Actor} wait, trying again in {Seconds} s: {Reason}")]
    public static partial void EventsWait(this ILogger log, string actor, double seconds, string reason);
}
