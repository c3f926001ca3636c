using Microsoft.AspNetCore.WebUtilities;

namespace Abaco.Api.Http;

/// <summary>
/// Reads query strings and forms. Names differ by case, since they become environment variables; ASP.NET Core's own collections put <c>a</c> and <c>A</c>
/// together. An escape that is not UTF-8 stays as it was sent.
/// </summary>
internal static class Queries
{
    /// <summary>All pairs of a query string or a form, decoded, in order.</summary>
    public static IEnumerable<(string Name, string Value)> Pairs(string? text)
    {
        foreach (var pair in new QueryStringEnumerable(text))
            yield return (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
    }

    /// <summary>The last value of a name, or null.</summary>
    public static string? Last(string? text, string name)
    {
        string? last = null;
        foreach (var (other, value) in Pairs(text))
            if (other == name)
                last = value;
        return last;
    }

    /// <summary>The last value of a query argument, or null.</summary>
    public static string? Argument(HttpContext context, string name) => Last(context.Request.QueryString.Value, name);

    /// <summary>Whether a query argument is set; absent or empty: false.</summary>
    /// <exception cref="AbacoException">Invalid: neither true nor false.</exception>
    public static bool Flag(HttpContext context, string name) => Argument(context, name) is { Length: > 0 } text
        && (Parameters.ParseFlag(text) ?? throw AbacoException.Invalid($"{name}: must be true or false."));
}
