using System.Net;

namespace Abaco.Api.Tests;

/// <summary>rest-api.md, Executions, results.</summary>
[Collection(SharedServer.Name)]
public sealed class ExecutionsTests(AbacoServer server)
{
    [Fact]
    public async Task Get_EndedExecution_ShowsEveryField()
    {
        var actor = await server.RegisterAsync("fails");
        var execution = await server.SendTextAsync(actor, "m", "?A=b");
        var ended = await server.EndAsync(execution);

        var answer = await server.GetAsync(execution);

        Assert.Equal("Actor execution retrieved successfully.", answer.Message);
        Json.Same(ended.GetRawText(), answer.Result);
        var (actorId, id) = (actor["/actors/".Length..], execution.Split('/')[^1]);
        var worker = server.Runtime.Runs.Single(run => run.Order.Execution.ExecutionId == id).Order.WorkerId;
        Json.Same(
            $$"""
            {"_links":{"self":"{{server.Base}}/actors/v2/{{actorId}}/executions/{{id}}","owner":"{{server.Base}}/profiles/v2/anonymous",
            "logs":"{{server.Base}}/actors/v2/{{actorId}}/executions/{{id}}/logs"},"actorId":"{{actorId}}","apiServer":"{{server.Base}}",
            "executor":"anonymous","id":"{{id}}","status":"COMPLETE","cpu":1000,"io":2000,"runtime":1,"exitCode":3,"finalState":{"Status":"exited"},
            "startTime":"2024-10-04T00:00:00.000Z","finishTime":"2024-10-04T00:00:01.000Z","workerId":"{{worker}}","attempts":1,"causes":[],
            "contentType":"str","message":"m","parameters":{"A":"b"} }
            """, Json.Without(answer.Result, "messageReceivedTime"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", answer.Text("messageReceivedTime"));
    }

    [Fact]
    public async Task Get_DeadLetter_IsErrorAndNamesEachCause()
    {
        var actor = await server.RegisterAsync("lost");
        var ended = await server.EndAsync(await server.SendTextAsync(actor, "m"));

        Assert.Equal(("ERROR", 5), (ended.GetProperty("status").GetString(), ended.GetProperty("attempts").GetInt32()));
        Assert.Equal(5, ended.GetProperty("causes").EnumerateArray().Count(cause => cause.GetString()!.Contains("engine gone")));
    }

    [Fact]
    public async Task List_Executions_OldestFirstWithTotals()
    {
        var actor = await server.RegisterAsync("echo");
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var execution = await server.SendTextAsync(actor, $"{i}");
            ids.Add(execution.Split('/')[^1]);
            await server.EndAsync(execution);
        }

        var answer = await server.GetAsync($"{actor}/executions");

        var actorId = actor["/actors/".Length..];
        Assert.Equal("Actor executions retrieved successfully.", answer.Message);
        Json.Same(
            $$"""
            {"_links":{"self":"{{server.Base}}/actors/v2/{{actorId}}/executions","owner":"{{server.Base}}/profiles/v2/anonymous"},"actorId":"{{actorId}}",
            "apiServer":"{{server.Base}}","owner":"anonymous","totalExecutions":3,"totalCpu":3000,"totalIo":6000,"totalRuntime":3}
            """, Json.Without(answer.Result, "executions"));
        var rows = answer.Result.GetProperty("executions");
        Assert.Equal(ids, rows.EnumerateArray().Select(row => row.GetProperty("id").GetString()));
        Json.Same(
            $$"""{"id":"{{ids[0]}}","status":"COMPLETE","startTime":"2024-10-04T00:00:00.000Z","finishTime":"2024-10-04T00:00:01.000Z"}""",
            Json.Without(rows[0], "messageReceivedTime"));
    }

    [Fact]
    public async Task List_MoreThanAThousand_ShowsTheNewestAndTotalsOfAll()
    {
        var actor = await server.RegisterAsync("echo");
        async Task<string> RecordAsync(int cpu) =>
            (await server.PostAsync($"{actor}/executions", Body.Form(("runtime", "2"), ("cpu", $"{cpu}"), ("io", "3")))).Text("id")!;
        var first = await RecordAsync(1);
        var second = await RecordAsync(1);
        await Parallel.ForEachAsync(Enumerable.Range(0, 998), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) => await RecordAsync(1));
        var last = await RecordAsync(1);

        var result = (await server.GetAsync($"{actor}/executions")).Result;

        var rows = result.GetProperty("executions").EnumerateArray().Select(row => row.GetProperty("id").GetString()).ToList();
        Assert.Equal((1_000, second, last), (rows.Count, rows[0], rows[^1]));
        Assert.DoesNotContain(first, rows);
        Json.Same("""{"totalExecutions":1001,"totalCpu":1001,"totalIo":3003,"totalRuntime":2002}""",
            Json.Only(result, "totalExecutions", "totalCpu", "totalIo", "totalRuntime"));
    }

    [Theory]
    [InlineData("application/json", """{"runtime":5,"cpu":6,"io":7}""")]
    [InlineData("application/x-www-form-urlencoded", "runtime=5&cpu=6&io=7")]
    public async Task Record_RunElsewhere_IsAnExecution(string type, string body)
    {
        var actor = await server.RegisterAsync("echo");

        var answer = await server.PostAsync($"{actor}/executions", Body.Of(body, type));

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Message);
        Json.Same("""{"status":"COMPLETE","runtime":5,"cpu":6,"io":7,"workerId":null,"executor":"anonymous"}""",
            Json.Only(answer.Result, "status", "runtime", "cpu", "io", "workerId", "executor"));
        Assert.Equal(0, (await server.GetAsync($"{actor}/messages")).Result.GetProperty("messages").GetInt32());
    }

    [Fact]
    public async Task Record_TheLargestNumbers_TotalsStopThere()
    {
        var actor = await server.RegisterAsync("echo");
        for (var i = 0; i < 3; i++)
        {
            var answer = await server.PostAsync($"{actor}/executions", Body.Json("""{"runtime":2147483647,"cpu":9223372036854775807,"io":9223372036854775807}"""));
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Message);
        }

        await server.EndAsync(await server.SendTextAsync(actor, "still runs"));

        Json.Same("""{"totalExecutions":4,"totalCpu":9223372036854775807,"totalIo":9223372036854775807,"totalRuntime":6442450942}""",
            Json.Only((await server.GetAsync($"{actor}/executions")).Result, "totalExecutions", "totalCpu", "totalIo", "totalRuntime"));
    }

    [Fact]
    public async Task Get_WithWait_AnswersAtTheEndOrWhenTheTimeIsOver()
    {
        var actor = await server.RegisterAsync("sleep");
        var execution = await server.SendTextAsync(actor, "m");
        await server.UntilAsync(() => server.GetAsync(execution), answer => answer.Text("status") == "RUNNING");
        Assert.Equal("RUNNING", (await server.GetAsync($"{execution}?wait=0")).Text("status"));
        Assert.Equal("RUNNING", (await server.GetAsync($"{execution}?wait=0.01")).Text("status"));

        var waiting = server.GetAsync($"{execution}?wait=600");
        var quit = await server.DeleteAsync(execution);

        Assert.Equal($"Issued force quit command for execution {execution.Split('/')[^1]}.", quit.Message);
        Json.Same("""{"status":"COMPLETE","exitCode":137}""", Json.Only((await waiting).Result, "status", "exitCode"));
        (await server.DeleteAsync(execution)).Refuses(400, "Cannot force quit an execution not in RUNNING status. Execution was found in status: COMPLETE");
    }

    [Fact]
    public async Task ForceQuit_WaitingExecution_IsRefusedWithItsStatus()
    {
        var actor = await server.RegisterAsync("missing");
        var execution = await server.SendTextAsync(actor, "m");

        var found = await server.GetAsync(execution);
        Json.Same("""{"status":"SUBMITTED","workerId":null,"startTime":null,"finishTime":null,"exitCode":null,"finalState":null,"cpu":0,"io":0,"runtime":0,"attempts":0}""",
            Json.Only(found.Result, "status", "workerId", "startTime", "finishTime", "exitCode", "finalState", "cpu", "io", "runtime", "attempts"));
        Assert.Equal("", (await server.GetAsync($"{execution}/logs")).Text("logs"));

        (await server.DeleteAsync(execution)).Refuses(400, "Cannot force quit an execution not in RUNNING status. Execution was found in status: SUBMITTED");
    }

    [Fact]
    public async Task Results_ArePoppedInOrderAlsoEmptyOnes()
    {
        var actor = await server.RegisterAsync("results");
        var execution = await server.SendTextAsync(actor, "a - c");
        await server.EndAsync(execution);

        foreach (var expected in new[] { "a", "", "c", "" })
        {
            using var response = await server.Http.GetAsync($"{execution}/results");
            Assert.Equal((HttpStatusCode.OK, "application/octet-stream"), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
            Assert.Equal(expected, await response.Content.ReadAsStringAsync());
        }
    }
}
