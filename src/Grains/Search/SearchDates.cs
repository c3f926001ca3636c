using System.Globalization;
using System.Text.RegularExpressions;

namespace Abaco.Search;

/// <summary>
/// Dates as searches write them: ISO 8601, cut off anywhere from the year on, with <c>Z</c> or <c>±hh:mm</c> (UTC if neither): <c>2020</c>, <c>2020-04Z</c>,
/// <c>2000-05:00</c> (the year 2000 at UTC−5), <c>2020-04-29T20:15:52.246-06:00</c>. Finer than a millisecond is cut, since times are kept so.
/// </summary>
internal static partial class SearchDates
{
    private static readonly TimeSpan LargestOffset = TimeSpan.FromHours(14);

    /// <summary>What every error says about dates.</summary>
    public const string Form = "a date such as 2020, 2020-04-29 or 2020-04-29T20:15:52.246Z";

    /// <summary>Reads a date as the period that it names.</summary>
    public static bool TryParse(string text, out SearchValue.Period period)
    {
        period = null!;
        var match = Iso().Match(text);
        if (!match.Success || OffsetOf(match) is not { } offset)
            return false;
        try
        {
            var start = new DateTimeOffset(
                Part(match, "year", 1), Part(match, "month", 1), Part(match, "day", 1),
                Part(match, "hour", 0), Part(match, "minute", 0), Part(match, "second", 0), offset);
            var milliseconds = match.Groups["fraction"].Value;
            start = start.AddMilliseconds(milliseconds.Length == 0 ? 0 : int.Parse(milliseconds.PadRight(3, '0')[..3], CultureInfo.InvariantCulture));
            period = new SearchValue.Period(start.ToUnixTimeMilliseconds(), EndOf(match, start).ToUnixTimeMilliseconds());
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private static DateTimeOffset EndOf(Match match, DateTimeOffset start) =>
        !match.Groups["month"].Success ? start.AddYears(1)
        : !match.Groups["day"].Success ? start.AddMonths(1)
        : !match.Groups["hour"].Success ? start.AddDays(1)
        : !match.Groups["minute"].Success ? start.AddHours(1)
        : !match.Groups["second"].Success ? start.AddMinutes(1)
        : match.Groups["fraction"].Value.Length switch
        {
            0 => start.AddSeconds(1),
            1 => start.AddMilliseconds(100),
            2 => start.AddMilliseconds(10),
            _ => start.AddMilliseconds(1),
        };

    private static TimeSpan? OffsetOf(Match match)
    {
        if (!match.Groups["sign"].Success)
            return TimeSpan.Zero;
        var offset = new TimeSpan(Part(match, "hours", 0), Part(match, "minutes", 0), 0);
        if (offset > LargestOffset || Part(match, "minutes", 0) > 59)
            return null;
        return match.Groups["sign"].Value == "-" ? -offset : offset;
    }

    private static int Part(Match match, string name, int otherwise) =>
        match.Groups[name] is { Success: true } part ? int.Parse(part.ValueSpan, CultureInfo.InvariantCulture) : otherwise;

    // A plus that a client left unescaped arrives as a space. Abaco's own examples write the fraction after a colon too.
    [GeneratedRegex(
        @"^(?<year>[0-9]{4})(?:-(?<month>[0-9]{2})(?:-(?<day>[0-9]{2})(?:T(?<hour>[0-9]{2})(?::(?<minute>[0-9]{2})(?::(?<second>[0-9]{2})(?:[.:](?<fraction>[0-9]{1,9}))?)?)?)?)?)?(?:Z|(?<sign>[+ -])(?<hours>[0-9]{2}):(?<minutes>[0-9]{2}))?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Iso();
}
