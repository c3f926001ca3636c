using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Xunit.Abstractions;

namespace Abaco.Api.Tests;

/// <summary>Thousands of requests by chance over all routes: each is answered as documented, and afterwards the server works.</summary>
public sealed class FuzzTests(AbacoServer server, ITestOutputHelper output) : IClassFixture<AbacoServer>
{
    private const int Senders = 8;
    private const int RequestsOfEach = 400;

    /// <summary>The same every time, so that a failure is the change's; set ABACO_FUZZ_SEED to look for more.</summary>
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("ABACO_FUZZ_SEED") ?? "20261125", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Send_Noise_IsAnsweredAsDocumented()
    {
        output.WriteLine($"ABACO_FUZZ_SEED={Seed}");
        var statuses = new ConcurrentDictionary<HttpStatusCode, int>();
        var failures = new ConcurrentQueue<string>();

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendAsync(new Noise(Seed + sender), statuses, failures)));

        Assert.True(failures.IsEmpty, $"{failures.Count} failed, first:\n{string.Join('\n', failures.Take(20))}\n{server.Failures}");
        output.WriteLine(string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{(int)pair.Key}: {pair.Value}")));
        foreach (var usual in new[] { HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed })
            Assert.True(statuses.GetValueOrDefault(usual) > 50, $"Only {statuses.GetValueOrDefault(usual)} answers were {usual}: the noise is not what it was.");
        await server.WorksAsync();
    }

    private async Task SendAsync(Noise noise, ConcurrentDictionary<HttpStatusCode, int> statuses, ConcurrentQueue<string> failures)
    {
        List<string> actors = [], executions = [];
        for (var i = 0; i < RequestsOfEach; i++)
        {
            using var request = noise.Next(server.Address, actors, executions);
            var what = $"{request.Method} {request.RequestUri} ({request.Content?.Headers.ContentType}), seed {Seed}";
            using var response = await server.Http.SendAsync(request);
            statuses.AddOrUpdate(response.StatusCode, 1, (_, count) => count + 1);
            if ((int)response.StatusCode >= 500 && response.StatusCode != HttpStatusCode.ServiceUnavailable)
                failures.Enqueue($"{what}: {(int)response.StatusCode}");
            if (await ReadAsync(response, what) is { Status: HttpStatusCode.OK, Result.ValueKind: System.Text.Json.JsonValueKind.Object } answer)
                Note(answer, actors, executions);
        }
    }

    /// <summary>The envelope; else the bytes of a result; else nothing, for what is no HTTP request at all.</summary>
    private static async Task<Answer?> ReadAsync(HttpResponseMessage response, string what)
    {
        switch (response.Content.Headers.ContentType?.MediaType)
        {
            case "application/octet-stream":
                Assert.True(response.StatusCode == HttpStatusCode.OK && what.Contains("/results", StringComparison.Ordinal), what);
                return null;
            case null:
                Assert.True(response.StatusCode == HttpStatusCode.BadRequest && what.Contains("%00", StringComparison.Ordinal), what);
                return null;
            default:
                return await Answer.ReadAsync(response);
        }
    }

    private static void Note(Answer answer, List<string> actors, List<string> executions)
    {
        if (answer.Result.TryGetProperty("revision", out _) && answer.Result.TryGetProperty("id", out var actor))
            actors.Add(actor.GetString()!);
        if (answer.Result.TryGetProperty("executionId", out var execution))
            executions.Add(execution.GetString()!);
    }
}
