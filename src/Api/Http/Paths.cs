using System.Text.RegularExpressions;

namespace Abaco.Api.Http;

/// <summary>
/// One spelling for every path: repeated slashes count as one (clients write <c>base + '/' + '/actors'</c>), a trailing one is dropped, and
/// <c>/actors/v2…</c> is <c>/actors…</c>.
/// </summary>
internal sealed partial class Paths(RequestDelegate next)
{
    private const string Versioned = "/actors/v2";

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path.Contains("//", StringComparison.Ordinal))
            path = Slashes().Replace(path, "/");
        if (path.Length > 1 && path[^1] == '/')
            path = path[..^1];
        if (path.StartsWith(Versioned, StringComparison.Ordinal) && (path.Length == Versioned.Length || path[Versioned.Length] == '/'))
            path = "/actors" + path[Versioned.Length..];
        context.Request.Path = path;
        return next(context);
    }

    [GeneratedRegex("/{2,}")]
    private static partial Regex Slashes();
}
