namespace Abaco.Schedules;

/// <summary>An actor's schedule as it is kept.</summary>
/// <param name="Schedule">As it was sent.</param>
/// <param name="Anchor">The first run of Abaco's form, from which all others are counted; null for a cron expression.</param>
/// <param name="On">False: paused.</param>
internal sealed record CronPlan(string Schedule, DateTimeOffset? Anchor, bool On)
{
    /// <summary>Tells one schedule from another, whether paused or not: the same text may have been anchored anew (<c>now</c>).</summary>
    public string Rule => $"{Schedule}|{Anchor?.ToUnixTimeSeconds()}";
}
