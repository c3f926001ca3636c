using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Abaco.Access;
using Abaco.Executions;

namespace Abaco.Actors;

/// <summary>The rules of rest-api.md for each parameter of an actor.</summary>
internal static partial class ActorChecks
{
    private const int LongestImage = 512;
    private const int LongestName = 256;
    private const int LongestText = 16_384;
    private const int LongestUrl = 2_048;
    private const int LongestEnvironment = 262_144;
    private const int MostHints = 100;
    private const int MostRetries = 10;

    /// <summary>Throws one refusal that names every broken rule; rights are checked first.</summary>
    public static void Run(Caller caller, ActorRequest request, bool stateless, ActorDefaults defaults, IReadOnlyList<string> earlier)
    {
        CheckRights(caller, request, defaults);
        List<string> errors = [.. earlier, .. Texts(request), .. Numbers(request, stateless), .. Others(request, defaults)];
        if (errors.Count > 0)
            throw AbacoException.Invalid(string.Join(" ", errors));
    }

    private static void CheckRights(Caller caller, ActorRequest request, ActorDefaults defaults)
    {
        if (caller.IsPrivileged)
            return;
        string?[] guarded =
        [
            request.Privileged is true ? "privileged" : null,
            request.MaxWorkers is not null ? "max_workers" : null,
            request.MaxCpus is not null ? "max_cpus" : null,
            request.MemLimit is not null ? "mem_limit" : null,
            request.Queue is not null and not ActorDefaults.DefaultQueue ? "queue" : null,
            request.UseContainerUid is true && defaults.User is not null ? "use_container_uid" : null,
        ];
        if (guarded.FirstOrDefault(name => name is not null) is { } field)
            throw new AbacoException(RefusalKind.NotAuthorized, $"Not authorized -- only privileged users can set the {field} parameter.");
    }

    private static IEnumerable<string> Texts(ActorRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Image))
            yield return "image: required; the reference of a container image.";
        else if (request.Image.Length > LongestImage || !ImageReference().IsMatch(request.Image))
            yield return "image: not a valid image reference; expected [registry[:port]/]name[:tag][@digest] in lower case.";
        if (request.Name is { Length: 0 or > LongestName })
            yield return $"name: must have 1 to {LongestName} characters.";
        if (request.Description is { Length: > LongestText })
            yield return $"description: must have at most {LongestText} characters.";
        if (request.Type is { Length: > LongestName })
            yield return $"type: must have at most {LongestName} characters.";
        if (request.Hints is { Count: > MostHints })
            yield return $"hints: at most {MostHints}.";
        foreach (var hint in request.Hints ?? [])
            if (hint.Length is 0 or > LongestName || hint.AsSpan().ContainsAny("\"'{}[]\0"))
                yield return $"hints: each must be a simple string of 1 to {LongestName} characters without NUL or any of \" ' {{ }} [ ].";
        foreach (var (field, text) in new[] { ("name", request.Name), ("description", request.Description), ("type", request.Type) })
            if (text is not null && text.Contains('\0'))
                yield return $"{field}: must hold no NUL character.";
    }

    private static IEnumerable<string> Numbers(ActorRequest request, bool stateless)
    {
        if (request.MaxWorkers is < 1)
            yield return "max_workers: must be a whole number of at least 1.";
        else if (request.MaxWorkers > 1 && !stateless)
            yield return "max_workers: stateful actors can only have 1 worker.";
        if (request.MaxCpus is { } cpus && cpus != -1 && cpus < 1)
            yield return "max_cpus: must be nanocpus (10^9 is one core) of at least 1, or -1 for unlimited.";
        if (request.MemLimit is { } limit && !MemoryLimit.TryParse(limit, out _))
            yield return "mem_limit: must be a size such as 512m or 3g of at least 6m, or -1 for unlimited.";
        if (request.LogEx is < 1)
            yield return "log_ex: must be a whole number of seconds of at least 1.";
        if (request.MaxRunTime is < 1)
            yield return "max_run_time: must be a whole number of seconds of at least 1.";
        if (request.MaxRetries is < 0 or > MostRetries)
            yield return $"max_retries: must be a whole number from 0 to {MostRetries}.";
    }

    private static IEnumerable<string> Others(ActorRequest request, ActorDefaults defaults)
    {
        if (request.Queue is { } queue && !defaults.Queues.Contains(queue))
            yield return "queue: Invalid queue name.";
        if (request.DefaultEnvironmentJson is { } environment && EnvironmentError(environment) is { } error)
            yield return error;
        if (request.Link is { Length: > LongestName })
            yield return $"link: must be the id or alias of an actor, at most {LongestName} characters.";
        if (!string.IsNullOrEmpty(request.Webhook) && !IsWebhook(request.Webhook))
            yield return $"webhook: must be an absolute http or https URL with a host, at most {LongestUrl} characters.";
    }

    private static bool IsWebhook(string url) =>
        url.Length <= LongestUrl && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Host.Length > 0
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    private static string? EnvironmentError(string json)
    {
        if (json.Length > LongestEnvironment)
            return $"default_environment: may have at most {LongestEnvironment} characters.";
        try
        {
            using var document = JsonDocument.Parse(json, EnvironmentRules.Nesting);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return "default_environment: must be a JSON object.";
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name.Length == 0 || property.Name.AsSpan().ContainsAny('=', '\0'))
                    return "default_environment: names must not be empty and must hold neither '=' nor NUL.";
                var value = EnvironmentRules.DefaultValue(property.Value) ?? "";
                if (value.Contains('\0'))
                    return $"default_environment: the value of {property.Name} must hold no NUL character.";
                if (Encoding.UTF8.GetByteCount($"{property.Name}={value}") > EnvironmentRules.LongestEntryBytes)
                    return $"default_environment: {property.Name} is too large; one variable holds at most 128 KiB.";
            }

            return null;
        }
        catch (JsonException)
        {
            return "default_environment: must be a JSON object.";
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or AbacoException)
        {
            return "default_environment: must be valid Unicode; it holds half of a surrogate pair.";
        }
    }

    // The grammar of image references: github.com/distribution/reference, domain, path components, tag, digest.
    [GeneratedRegex(
        @"^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?\z",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ImageReference();
}
