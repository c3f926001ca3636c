using System.Globalization;
using System.Text.RegularExpressions;

namespace Abaco.Api.Tests;

/// <summary>Writes long values short in tables: <c>a*1000</c> is a thousand times <c>a</c>.</summary>
internal static partial class Repeats
{
    public static string In(string text) => Repeat().Replace(text, match => new string(match.Groups[1].Value[0], int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"(.)\*(\d{3,})", RegexOptions.Singleline)]
    private static partial Regex Repeat();
}
