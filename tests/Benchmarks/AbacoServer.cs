using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Abaco.Benchmarks;

/// <summary>The server under test, as it is delivered, and the few requests that measurements need.</summary>
internal sealed class AbacoServer(ServerProcess process) : IAsyncDisposable
{
    /// <summary>An engine that is never there: messages are admitted and wait, no container disturbs.</summary>
    public const string NoEngine = "unix:///nonexistent/docker.sock";

    private readonly HttpClient _client = new() { BaseAddress = process.Url, Timeout = TimeSpan.FromMinutes(5) };

    public ServerProcess Process => process;

    /// <summary>Starts it.</summary>
    /// <param name="port">The first of three ports.</param>
    /// <param name="folder">Its data directory.</param>
    /// <param name="settings">Further settings, without the prefix <c>Abaco:</c>.</param>
    public static async Task<AbacoServer> StartAsync(int port, string folder, params (string Key, string Value)[] settings)
    {
        var url = new Uri($"http://127.0.0.1:{port}");
        var all = new Dictionary<string, string>
        {
            ["Abaco__Web__Urls"] = url.ToString(),
            ["Abaco__DataDirectory"] = folder,
            ["Abaco__Silo__Port"] = (port + 1).ToString(CultureInfo.InvariantCulture),
            ["Abaco__Silo__GatewayPort"] = (port + 2).ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (key, value) in settings)
            all[$"Abaco__{key.Replace(":", "__", StringComparison.Ordinal)}"] = value;
        var probe = settings.Contains(("Workers:DockerHost", NoEngine)) ? "/healthz" : "/readyz";
        return new AbacoServer(await ServerProcess.StartAsync("Abaco.Silo.dll", [], all, url, probe, Path.Combine(folder, "server.log")));
    }

    /// <summary>Registers an actor.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> RegisterAsync(string image, int? maxWorkers = null)
    {
        using var body = Json(new { image, max_workers = maxWorkers });
        using var answer = await _client.PostAsync("/actors", body);
        return (await ResultAsync(answer)).GetProperty("id").GetString()!;
    }

    /// <summary>Sends a message.</summary>
    /// <returns>Its execution's id.</returns>
    public async Task<string> SendAsync(string actor, string message)
    {
        using var body = Json(new { message });
        using var answer = await _client.PostAsync($"/actors/{actor}/messages", body);
        return (await ResultAsync(answer)).GetProperty("executionId").GetString()!;
    }

    /// <summary>Sends a message and waits for its log.</summary>
    public async Task<string> CallAsync(string actor, string message)
    {
        using var body = Json(new { message });
        using var answer = await _client.PostAsync($"/actors/{actor}/messages?_abaco_synchronous=true", body);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    /// <summary>Waits until an execution has ended, which must be in COMPLETE.</summary>
    public async Task CompletedAsync(string actor, string execution)
    {
        while (true)
        {
            using var answer = await _client.GetAsync($"/actors/{actor}/executions/{execution}?wait=60");
            switch ((await ResultAsync(answer)).GetProperty("status").GetString())
            {
                case "COMPLETE":
                    return;
                case "ERROR":
                    throw new InvalidOperationException($"Execution {execution} ended in ERROR.");
            }
        }
    }

    /// <summary>How many messages wait.</summary>
    public async Task<long> WaitingAsync(string actor)
    {
        using var answer = await _client.GetAsync($"/actors/{actor}/messages");
        return (await ResultAsync(answer)).GetProperty("messages").GetInt64();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await process.DisposeAsync();
    }

    private static StringContent Json<T>(T value) => new(JsonSerializer.Serialize(value), Encoding.UTF8, "application/json");

    private static async Task<JsonElement> ResultAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement.GetProperty("result")
            : throw new InvalidOperationException($"{answer.RequestMessage?.RequestUri} answered {(int)answer.StatusCode}: {text}");
    }
}
