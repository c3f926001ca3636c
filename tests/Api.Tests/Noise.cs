using System.Text;

namespace Abaco.Api.Tests;

/// <summary>Requests made of right and wrong pieces by chance; one seed always makes the same ones. It never asks to wait or to follow.</summary>
internal sealed class Noise(int seed)
{
    private static readonly string[] Routes =
    [
        "/actors", "/actors/v2", "/actors/A", "/actors/A/state", "/actors/A/messages", "/actors/A/messages", "/actors/A/messages/batch", "/actors/A/executions",
        "/actors/A/executions/E", "/actors/A/executions/E/logs", "/actors/A/executions/E/results", "/actors/A/workers", "/actors/A/workers/E",
        "/actors/search/actors", "/actors/search/X", "/healthz", "/readyz", "/X", "/actors/A/X",
    ];

    private static readonly string[] Methods = ["GET", "GET", "GET", "POST", "POST", "POST", "POST", "PUT", "PUT", "DELETE", "PATCH", "OPTIONS"];

    private static readonly string[] Odd =
    [
        "%2F", "..", "%2e%2e", "%00", "%FF", "%", "a%0D%0Ab", "%C3%BC", "_", "DEV_", "v2", "search", "<x>", "'", "abcdefghijklm", new('a', 3_000), "-1", "0", "~",
    ];

    private static readonly string[] Names =
    [
        "image", "name", "description", "stateless", "token", "type", "link", "hints", "privileged", "useContainerUid", "max_workers", "maxCpus", "mem_limit",
        "defaultEnvironment", "queue", "logEx", "cron_schedule", "cronOn", "force", "maxRunTime", "max_retries", "message", "runtime", "cpu", "io", "num", "state",
        "search", "limit", "skip", "status", "_abaco_x", "x-nonce", "", "\\ud800", "a=b", "\\u0000",
    ];

    private static readonly string[] Values =
    [
        "\"echo\"", "\"missing\"", "\"fails\"", "null", "true", "false", "\"True\"", "0", "1", "-1", "2", "1.5", "1e400", "9223372036854775807", "9223372036854775808",
        "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[1,\"a\",null]", "{\"a\":{\"b\":[1e22,\"\\u00fc\"]}}", "{\"\\udc00\":1}", "\"512m\"", "\"now + 1 hour\"",
        "[[[[[[]]]]]]", "\"default\"", "\"sync\"", "NaN", "'x'", "[", "\"" + new string('y', 140_000) + "\"",
    ];

    private static readonly string?[] Types =
    [
        null, "application/json", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "multipart/form-data", "text/plain",
        "application/octet-stream", "application/x-ndjson", "application/json; charset=utf-16", "nonsense",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next request; the lists are the ids that exist.</summary>
    public HttpRequestMessage Next(Uri server, IReadOnlyList<string> actors, IReadOnlyList<string> executions)
    {
        var route = Pick(Routes);
        var path = string.Join('/', route.Split('/').Select(part => part switch
        {
            "A" => _random.Next(5) == 0 || actors.Count == 0 ? Pick(Odd) : actors[_random.Next(actors.Count)],
            "E" => _random.Next(3) == 0 || executions.Count == 0 ? Pick(Odd) : executions[_random.Next(executions.Count)],
            "X" => Pick(Odd),
            _ => part,
        }));
        var query = _random.Next(3) == 0 ? "?" + string.Join('&', Some(3, () => $"{Uri.EscapeDataString(Pick(Names))}={Escaped()}")) : "";
        var request = new HttpRequestMessage(
            new HttpMethod(Pick(Methods)),
            new Uri(server.GetLeftPart(UriPartial.Authority) + path + query, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (request.Method.Method is "POST" or "PUT" or "PATCH" && _random.Next(8) > 0)
            request.Content = NextBody();
        if (_random.Next(12) == 0)
            request.Headers.TryAddWithoutValidation(Pick(["tenant", "X-Abaco-User", "Idempotency-Key", "Accept"]), Pick(["", "DEV", "a_b", "x y", new('k', 300), "*/*"]));
        return request;
    }

    private HttpContent NextBody()
    {
        var type = Pick(Types);
        var text = type switch
        {
            "application/x-www-form-urlencoded" => string.Join('&', Some(4, () => $"{Pick(Names)}={Escaped()}")),
            not null when type.StartsWith("multipart", StringComparison.Ordinal) =>
                string.Concat(Some(4, () => $"--b\r\nContent-Disposition: form-data; name=\"{Pick(Names)}\"\r\n\r\n{Pick(Values)}\r\n")) + "--b--\r\n",
            _ when _random.Next(4) == 0 => Pick(Values),
            _ => "{" + string.Join(',', Some(5, () => $"\"{Pick(Names)}\":{Pick(Values)}").Append("\"image\":\"echo\"")) + "}",
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > 0 && _random.Next(4) == 0)
            bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
        if (_random.Next(10) == 0)
            bytes = bytes[..(bytes.Length / 2)];
        return Body.Of(bytes, type);
    }

    /// <summary>A value as a query or a form holds it; long ones would not fit into a request line.</summary>
    private string Escaped()
    {
        var value = Pick(Values).Trim('"');
        return _random.Next(4) == 0 ? Pick(["%00", "%FF", "%", "+", "a%3Db"]) : Uri.EscapeDataString(value.Length > 100 ? "long" : value);
    }

    private IEnumerable<string> Some(int most, Func<string> make) => Enumerable.Range(0, _random.Next(most + 1)).Select(_ => make()).ToList();

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
