using System.Net;
using System.Text.Json;

namespace Abaco.Api.Tests;

/// <summary>One answer that must be the envelope (rest-api.md, Conventions); reading it checks that.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonElement Root, IReadOnlyDictionary<string, string> Headers)
{
    public string Message => Root.GetProperty("message").GetString()!;

    public JsonElement Result => Root.GetProperty("result");

    /// <summary>A string field of the result.</summary>
    public string? Text(string name) => Result.GetProperty(name).GetString();

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return Of(response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
    }

    public static Answer Of(HttpStatusCode status, IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        Assert.Equal("application/json; charset=utf-8", headers["Content-Type"]);
        var root = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 1_000 }).RootElement;
        Assert.Equal(["message", "result", "status", "version"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal((int)status < 400 ? "success" : "error", root.GetProperty("status").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+", root.GetProperty("version").GetString());
        Assert.NotEqual("", root.GetProperty("message").GetString());
        Assert.DoesNotContain("   at ", root.GetProperty("message").GetString());
        Assert.Equal("*", headers["Access-Control-Allow-Origin"]);
        if ((int)status >= 400)
            Assert.Equal(JsonValueKind.Null, root.GetProperty("result").ValueKind);
        return new Answer(status, root, headers);
    }

    /// <summary>Asserts a refusal whose message has a part.</summary>
    public void Refuses(int status, string part)
    {
        Assert.True((int)Status == status, $"{(int)Status} instead of {status}: {Message}");
        Assert.Contains(part, Message);
    }
}
