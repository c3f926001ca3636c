using System.Globalization;
using System.Text.RegularExpressions;
using Cronos;

namespace Abaco.Schedules;

/// <summary>
/// Schedules (rest-api.md, Actors, <c>cron_schedule</c>): Abaco's <c>start + n unit</c>, counted in UTC from its start so that no run drifts, or a cron
/// expression of five fields with an optional time zone. Pure; the time is an argument.
/// </summary>
internal static partial class CronRules
{
    /// <summary>The message of a due run.</summary>
    public const string Message = "This is your cron execution";

    /// <summary>Who sends it.</summary>
    public const string Executor = "cron";

    private const int LatestStartYear = 2999;
    private const int CronFields = 5;
    private const int LongestText = 256;

    /// <summary>What a request makes of an actor's schedule.</summary>
    /// <param name="current">The schedule so far, or null.</param>
    /// <param name="schedule">The parameter; null: absent, which keeps the schedule; empty: none any more.</param>
    /// <param name="on">The parameter <c>cron_on</c>; null: absent.</param>
    /// <param name="now">The time.</param>
    /// <param name="error">What is wrong with the schedule, or null.</param>
    /// <returns>The schedule from now on, or null.</returns>
    public static CronPlan? Plan(CronPlan? current, string? schedule, bool? on, DateTimeOffset now, out string? error)
    {
        error = null;
        if (schedule is null)
            return current is null ? null : current with { On = on ?? current.On };
        if (string.IsNullOrWhiteSpace(schedule))
            return null;

        // The same text again changes nothing, though its start may be past by now; "now" means now each time.
        if (schedule == current?.Schedule && !IsNow(schedule))
            return current with { On = on ?? true };
        error = TryParse(schedule, now, out var anchor);
        return error is null ? new CronPlan(schedule, anchor, on ?? true) : null;
    }

    /// <summary>The first run of a schedule that is new; it may be due already (<c>now</c>, or a start within the current hour).</summary>
    public static DateTimeOffset? First(CronPlan plan, DateTimeOffset now) => plan.Anchor ?? Next(plan, now);

    /// <summary>The first run after a time, whatever was missed before; null when there is none any more.</summary>
    public static DateTimeOffset? Next(CronPlan plan, DateTimeOffset after)
    {
        if (plan.Anchor is { } anchor)
        {
            var form = AbacoForm().Match(plan.Schedule);
            return Next(anchor, int.Parse(form.Groups["count"].ValueSpan, CultureInfo.InvariantCulture), form.Groups["unit"].Value, after);
        }

        return TryExpression(plan.Schedule, out var expression, out var zone) ? expression.GetNextOccurrence(after, zone)?.ToUniversalTime() : null;
    }

    private static DateTimeOffset Next(DateTimeOffset anchor, int count, string unit, DateTimeOffset after)
    {
        if (after < anchor)
            return anchor;
        if (unit == "month")
        {
            // Counted from the anchor, so that the 31st comes back after a short month.
            var steps = ((((after.Year - anchor.Year) * 12) + after.Month - anchor.Month) / count) - 1;
            var next = anchor.AddMonths(Math.Max(0, steps) * count);
            for (steps = Math.Max(0, steps); next <= after; next = anchor.AddMonths(steps * count))
                steps++;
            return next;
        }

        var period = count * (unit switch { "hour" => TimeSpan.FromHours(1), "day" => TimeSpan.FromDays(1), _ => TimeSpan.FromDays(7) });
        return anchor + (period * (Math.Floor((after - anchor) / period) + 1));
    }

    private static string? TryParse(string text, DateTimeOffset now, out DateTimeOffset? anchor)
    {
        anchor = null;
        if (text.Length > LongestText)
            return $"cron_schedule: must have at most {LongestText} characters.";
        var form = AbacoForm().Match(text);
        if (!form.Success)
            return ExpressionError(text, now);
        var hour = new DateTimeOffset(now.UtcDateTime.Date.AddHours(now.UtcDateTime.Hour), TimeSpan.Zero);
        if (IsNow(text))
        {
            anchor = hour;
            return null;
        }

        if (!TryStart(form, out var start))
            return "cron_schedule: the start must be a date and an hour that exist, yyyy-mm-dd hh, up to the year 2999.";
        if (start < hour)
            return $"cron_schedule: the cron schedule has already passed; the current UTC time is {now.UtcDateTime:yyyy-MM-dd HH:mm}.";
        anchor = start;
        return null;
    }

    private static bool TryStart(Match form, out DateTimeOffset start)
    {
        int Part(string name) => int.Parse(form.Groups[name].ValueSpan, CultureInfo.InvariantCulture);
        var (year, month, day, hour) = (Part("year"), Part("month"), Part("day"), Part("hour"));
        start = default;
        if (year is 0 or > LatestStartYear || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23)
            return false;
        start = new DateTimeOffset(year, month, day, hour, 0, 0, TimeSpan.Zero);
        return true;
    }

    private static string? ExpressionError(string text, DateTimeOffset now)
    {
        if (!TryExpression(text, out var expression, out var zone))
        {
            return "cron_schedule: must have the form '<start> + <number> <unit>' (start yyyy-mm-dd hh or now, a number from 1 to 9999, unit hour, day, week "
                + "or month) or be a cron expression of 5 fields with an optional time zone, such as '30 6 * * MON-FRI Europe/Berlin'.";
        }

        return expression.GetNextOccurrence(now, zone) is null ? "cron_schedule: the cron expression never comes due." : null;
    }

    private static bool TryExpression(string text, out CronExpression expression, out TimeZoneInfo zone)
    {
        expression = CronExpression.Yearly;
        zone = TimeZoneInfo.Utc;
        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length is CronFields or CronFields + 1
            && CronExpression.TryParse(string.Join(' ', parts.Take(CronFields)), out expression!)
            && (parts.Length == CronFields || TimeZoneInfo.TryFindSystemTimeZoneById(parts[^1], out zone!));
    }

    private static bool IsNow(string text) => AbacoForm().Match(text) is { Success: true } form && !form.Groups["year"].Success;

    [GeneratedRegex(
        @"^\s*(?:now|(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})\s+(?<hour>\d{1,2}))\s*\+\s*(?<count>0*[1-9]\d{0,3})\s+(?<unit>hour|day|week|month)s?\s*$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex AbacoForm();
}
