using System.Net;
using Abaco.Cluster.Tests;

namespace Abaco.Api.Tests;

/// <summary>rest-api.md, Messages: what a body becomes, and what the sender hears.</summary>
[Collection(SharedServer.Name)]
public sealed class MessagesTests(AbacoServer server)
{
    /// <summary>Content-Type, body, then what the container reads in MSG and <c>_abaco_Content_Type</c>, and JSON of <c>msg</c> in the answer.</summary>
    public static TheoryData<string?, string, string, string, string> Texts => new()
    {
        { "application/x-www-form-urlencoded", "message=hello+w%C3%B6rld%21&x=1", "hello wörld!", "str", "\"hello wörld!\"" },
        { "application/x-www-form-urlencoded", "message=first&message=second", "second", "str", "\"second\"" },
        { "application/x-www-form-urlencoded; charset=utf-8", "message={\"a\":1}", "{\"a\":1}", "str", "\"{\\\"a\\\":1}\"" },
        { "application/json", "{\"message\":\"text\",\"x\":1}", "text", "str", "\"text\"" },
        { "application/json", "{\"message\":\"a\",\"message\":\"b\"}", "b", "str", "\"b\"" },
        { "application/json", "{\"message\":{\"k\":[true,null,1.0]}}", "{'k': [True, None, 1.0]}", "str", "\"{'k': [True, None, 1.0]}\"" },
        { "application/json", "{\"message\":5}", "5", "str", "\"5\"" },
        { "application/json", "{\"message\":false}", "False", "str", "\"False\"" },
        { "application/json", "{\"a\":{\"maxWorkers\":1e22}}", "{'a': {'maxWorkers': 1e+22}}", "application/json", "{\"a\":{\"maxWorkers\":1e22}}" },
        { "application/json; charset=utf-8", "[1,2]", "[1, 2]", "application/json", "[1,2]" },
        { "APPLICATION/JSON", "\"bare\"", "bare", "application/json", "\"bare\"" },
        { "application/json", "\uFEFF{\"bom\":1}", "{'bom': 1}", "application/json", "{\"bom\":1}" },
        { "text/plain", "{\"a\":1}", "{'a': 1}", "str", "{\"a\":1}" },
        { "image/png", "17", "17", "str", "17" },
        { null, "{\"a\":\"b\"}", "{'a': 'b'}", "str", "{\"a\":\"b\"}" },
        { "not a type;;;", "{\"message\":\"x\"}", "x", "str", "\"x\"" },
        { "application/x-www-form-urlencoded", "{\"by\":\"curl -d\"}", "{'by': 'curl -d'}", "str", "{\"by\":\"curl -d\"}" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Send_Body_BecomesTheMessage(string? type, string body, string message, string contentType, string echo)
    {
        var actor = await server.RegisterAsync("echo");

        var answer = await server.PostAsync($"{actor}/messages", Body.Of(body, type));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Message);
        Json.Same(echo, answer.Result.GetProperty("msg"));
        var run = await RunOfAsync(actor, answer);
        Assert.Equal((message, contentType, contentType), (run.Message, run.Variable("_abaco_Content_Type"), run.Variable("_abaco_Content-Type")));
    }

    [Fact]
    public async Task Send_Multipart_TakesTheField()
    {
        var actor = await server.RegisterAsync("echo");

        var run = await server.RunAsync(actor, Body.Multipart(("x", "y"), ("message", "line 1\r\nline 2 ü")));

        Assert.Equal(("line 1\r\nline 2 ü", "str"), (run.Message, run.Variable("_abaco_Content_Type")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Send_ByQuery_WithoutBody(string? type)
    {
        var actor = await server.RegisterAsync("echo");

        var run = await server.RunAsync(actor, type is null ? null : Body.Of("", type), "?message=by%20query&A=1");

        Assert.Equal(("by query", "str", "1"), (run.Message, run.Variable("_abaco_Content_Type"), run.Variable("A")));
    }

    [Fact]
    public async Task Send_Answer_IsThatOfTheSeedPage()
    {
        var actor = await server.RegisterAsync("echo");
        var id = actor["/actors/".Length..];

        var answer = await server.PostAsync($"/actors/v2/{id}/messages", Body.Form(("message", "<your content here>")));

        Assert.Equal("The request was successful", answer.Message);
        var execution = answer.Text("executionId");
        Json.Same(
            $$"""
            {"_links":{"messages":"{{server.Base}}/actors/v2/{{id}}/messages","owner":"{{server.Base}}/profiles/v2/anonymous",
            "self":"{{server.Base}}/actors/v2/{{id}}/executions/{{execution}}"},"executionId":"{{execution}}","msg":"<your content here>"}
            """, answer.Result);
    }

    [Fact]
    public async Task Send_Binary_ArrivesWholeAndIsNotEchoed()
    {
        var actor = await server.RegisterAsync("echo");
        var bytes = new byte[700_001];
        new Random(7).NextBytes(bytes);

        var answer = await server.PostAsync($"{actor}/messages?A=b", Body.Binary(bytes));

        Assert.Equal("binary - omitted", answer.Text("msg"));
        var run = await RunOfAsync(actor, answer);
        Assert.Equal((null, "application/octet-stream", "b"), (run.Variable("MSG"), run.Variable("_abaco_Content_Type"), run.Variable("A")));
        var read = new List<byte>();
        for (var i = 0; await run.Order.ReadBodyChunk!(i) is { } chunk; i++)
            read.AddRange(chunk);
        Assert.Equal(bytes, read);
    }

    [Fact]
    public async Task Send_QueryParameters_BecomeTheEnvironment()
    {
        var actor = await server.RegisterAsync("echo", ("default_environment", """{"A":"default","B":{"k":true},"gone":null}"""));

        var run = await server.RunAsync(
            actor, Body.Form(("message", "m")),
            "?A=first&A=last&a=lower&_abaco_username=me&_abaco_mine=1&MSG=forged&_actor_configs=x&sp%20ace=%C3%BC+%2B&empty=&bare&message=q");

        Assert.Equal(
            ("last", "lower", "{'k': True}", "m", "anonymous", "{}"),
            (run.Variable("A"), run.Variable("a"), run.Variable("B"), run.Message, run.Variable("_abaco_username"), run.Variable("_actor_configs")));
        Assert.Equal(("ü +", "", ""), (run.Variable("sp ace"), run.Variable("empty"), run.Variable("bare")));
        Assert.Equal((null, null), (run.Variable("_abaco_mine"), run.Variable("message")));
        Assert.Contains("gone", run.Order.Environment);
    }

    [Fact]
    public async Task Send_Any_TellsTheContainerWhoAndWhere()
    {
        var actor = await server.RegisterAsync("echo", ("name", "my actor"), ("stateless", "false"));
        await server.PostAsync($"{actor}/state", Body.Json("\"s\""));
        var answer = await server.SendAsync(HttpMethod.Post, $"{actor}/messages", Body.Form(("message", "m")), ("X-Abaco-User", "anonymous"));

        var run = await RunOfAsync(actor, answer);

        var id = actor["/actors/".Length..];
        Assert.Equal(
            (id, $"DEV_{id}", answer.Text("executionId"), "my actor", "echo", "1", "s"),
            (run.Variable("_abaco_actor_id"), run.Variable("_abaco_actor_dbid"), run.Variable("_abaco_execution_id"), run.Variable("_abaco_actor_name"),
                run.Variable("_abaco_container_repo"), run.Variable("_abaco_actor_revision"), run.Variable("_abaco_actor_state")));
        Assert.EndsWith($":{server.Address.Port}", run.Variable("_abaco_api_server"));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("True")]
    [InlineData("1")]
    public async Task SendSynchronous_WithResult_AnswersTheFirstAndTakesIt(string flag)
    {
        var actor = await server.RegisterAsync("results");

        using var response = await server.Http.PostAsync($"{actor}/messages?_abaco_synchronous={flag}", Body.Form(("message", "one two")));

        Assert.Equal((HttpStatusCode.OK, "application/octet-stream"), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        var execution = $"{actor}/executions/{(await server.GetAsync($"{actor}/executions")).Result.GetProperty("executions")[0].GetProperty("id").GetString()}";
        await server.EndAsync(execution);
        Assert.Equal("two", await server.Http.GetStringAsync($"{execution}/results"));
        Assert.Equal("", await server.Http.GetStringAsync($"{execution}/results"));
    }

    [Theory]
    [InlineData("echo", "said\n")]
    [InlineData("fails", "no luck\n")]
    [InlineData("lost", "")]
    public async Task SendSynchronous_WithoutResult_AnswersTheLogAlsoOfAnError(string image, string log)
    {
        var actor = await server.RegisterAsync(image);

        using var response = await server.Http.PostAsync($"{actor}/messages?_abaco_synchronous=true", Body.Form(("message", "said")));

        Assert.Equal((HttpStatusCode.OK, "text/plain; charset=utf-8"), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        Assert.Equal(log, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Mailbox_WaitingMessages_AreCountedRefuseSynchronousOnesAndArePurged()
    {
        var actor = await server.RegisterAsync("sleep", ("stateless", "false"));
        var id = actor["/actors/".Length..];
        var running = await server.SendTextAsync(actor, "0");
        await server.UntilAsync(() => server.GetAsync(running), answer => answer.Text("status") == "RUNNING");
        var waiting = new List<string>();
        for (var i = 1; i <= 4; i++)
            waiting.Add(await server.SendTextAsync(actor, $"{i}"));

        var count = await server.GetAsync($"{actor}/messages");
        Json.Same(
            $$"""
            {"messages":4,"_links":{"self":"{{server.Base}}/actors/v2/{{id}}/messages","owner":"{{server.Base}}/profiles/v2/anonymous"} }
            """, count.Result);
        (await server.PostAsync($"{actor}/messages?_abaco_synchronous=true", Body.Form(("message", "5")))).Refuses(400, "more than 3");

        var purged = await server.DeleteAsync($"{actor}/messages");

        Json.Same(
            $$"""
            {"msg":"Actor mailbox purged.","_links":{"self":"{{server.Base}}/actors/v2/{{id}}/messages","owner":"{{server.Base}}/profiles/v2/anonymous"} }
            """, purged.Result);
        Assert.Equal(0, (await server.GetAsync($"{actor}/messages")).Result.GetProperty("messages").GetInt32());
        foreach (var execution in waiting)
            (await server.GetAsync(execution)).Refuses(404, "does not exist");
        Assert.Equal("RUNNING", (await server.GetAsync(running)).Text("status"));
        await server.DeleteAsync(actor);
    }

    private async Task<SimulatedRuntime.Run> RunOfAsync(string actor, Answer answer)
    {
        var id = answer.Text("executionId");
        await server.EndAsync($"{actor}/executions/{id}");
        return server.Runtime.Runs.Single(run => run.Order.Execution.ExecutionId == id);
    }
}
