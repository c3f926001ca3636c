using System.Net;
using System.Text.Json;

namespace Abaco.Api.Tests;

/// <summary>A server that answers in snake case, under a public address, and lets one request wait at a time.</summary>
public sealed class SnakeServer : AbacoServer
{
    internal const string PublicUrl = "https://abaco.example/api";

    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [new("Abaco:Web:Case", "snake"), new("Abaco:Web:PublicUrl", PublicUrl + "/"), new("Abaco:Web:MaxWaiting", "1")];
}

/// <summary>rest-api.md, Conventions: the other case, the public address, and shed load.</summary>
public sealed class SnakeTests(SnakeServer server) : IClassFixture<SnakeServer>
{
    [Fact]
    public async Task Register_CamelRequest_IsAnsweredInSnakeAndUserDataStays()
    {
        var answer = await server.PostAsync("/actors", Body.Json("""{"image":"echo","maxWorkers":3,"defaultEnvironment":{"maxWorkers":{"aB":1},"c_d":2}}"""));

        Json.Same("""{"image":"echo","max_workers":3,"default_environment":{"maxWorkers":{"aB":1},"c_d":2}}""",
            Json.Only(answer.Result, "image", "max_workers", "default_environment"));
        Assert.All(answer.Result.EnumerateObject(), field => Assert.DoesNotContain(field.Name, char.IsUpper));
        var id = answer.Text("id");
        Assert.Equal($"{SnakeServer.PublicUrl}/actors/v2/{id}", answer.Result.GetProperty("_links").GetProperty("self").GetString());
        Assert.All((await server.GetAsync("/actors")).Result.EnumerateArray().SelectMany(actor => actor.EnumerateObject()),
            field => Assert.DoesNotContain(field.Name, char.IsUpper));
    }

    [Theory]
    [InlineData("max_workers", "max_workers")]
    [InlineData("useContainerUid", "use_container_uid")]
    [InlineData("defaultEnvironment", "default_environment")]
    public async Task Register_BadField_IsNamedInSnake(string field, string named) =>
        (await server.PostAsync("/actors", Body.Json($$"""{"image":"echo","{{field}}":"x"}"""))).Refuses(400, named + ": must be ");

    [Fact]
    public async Task Execution_Ended_IsShownInSnakeWithTheEnginesOwnFinalState()
    {
        var actor = await server.RegisterAsync("fails");
        var id = (await server.PostAsync($"{actor}/messages?aB=c", Body.Form(("message", "m")))).Text("execution_id");

        var ended = (await server.GetAsync($"{actor}/executions/{id}?wait=60")).Result;

        Json.Same($$"""{"status":"COMPLETE","exit_code":3,"final_state":{"Status":"exited"},"parameters":{"aB":"c"},"api_server":"{{SnakeServer.PublicUrl}}"}""",
            Json.Only(ended, "status", "exit_code", "final_state", "parameters", "api_server"));
        var list = (await server.GetAsync($"{actor}/executions")).Result;
        Assert.Equal(1, list.GetProperty("total_executions").GetInt32());
        Assert.Equal(JsonValueKind.String, list.GetProperty("executions")[0].GetProperty("message_received_time").ValueKind);
    }

    [Fact]
    public async Task Wait_MoreThanMayWait_Is503WithRetryAfter()
    {
        var actor = await server.RegisterAsync("sleep");
        var execution = $"{actor}/executions/{(await server.PostAsync($"{actor}/messages", Body.Form(("message", "m")))).Text("execution_id")}";
        using var following = await server.Http.GetAsync($"{execution}/logs?follow=true", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, following.StatusCode);

        foreach (var refused in new[]
        {
            await server.GetAsync($"{execution}?wait=1"),
            await server.GetAsync($"{execution}/logs?follow=true"),
            await server.PostAsync($"{actor}/messages?_abaco_synchronous=true", Body.Form(("message", "m"))),
        })
        {
            refused.Refuses(503, "Too many requests wait");
            Assert.Equal("1", refused.Headers["Retry-After"]);
        }

        await server.DeleteAsync(actor);
    }
}
