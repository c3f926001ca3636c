using System.Text.Json;

namespace Abaco.Api.Tests;

/// <summary>rest-api.md, Workers.</summary>
[Collection(SharedServer.Name)]
public sealed class WorkersTests(AbacoServer server)
{
    [Fact]
    public async Task List_ReadyWorker_ShowsEveryField()
    {
        var actor = await server.RegisterAsync("echo");
        var execution = await server.EndAsync(await server.SendTextAsync(actor, "m"));

        var listed = await server.UntilAsync(() => server.GetAsync($"{actor}/workers"), answer => Statuses(answer).SequenceEqual(["READY"]));

        Assert.Equal("Workers retrieved successfully.", listed.Message);
        var worker = listed.Result[0];
        Assert.Equal(
            ["chName", "cid", "createTime", "hostId", "hostIp", "id", "image", "lastExecutionTime", "lastHealthCheckTime", "location", "revision", "status", "tenant"],
            worker.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.Equal(execution.GetProperty("workerId").GetString(), worker.GetProperty("id").GetString());
        Json.Same("""{"image":"echo","location":"simulated://here","revision":1,"tenant":"DEV"}""", Json.Only(worker, "image", "location", "revision", "tenant"));
        Assert.All(worker.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.String), property => Assert.NotEqual("", property.Value.GetString()));
        Assert.Matches(@"^\d{4}-", worker.GetProperty("lastExecutionTime").GetString());

        var one = await server.GetAsync($"{actor}/workers/{worker.GetProperty("id").GetString()}");
        Assert.Equal("Worker retrieved successfully.", one.Message);
        Json.Same(Json.Without(worker, "lastHealthCheckTime").ToJsonString(), Json.Without(one.Result, "lastHealthCheckTime"));
    }

    [Fact]
    public async Task List_WorkerThatNeverRan_HasNoneForTheTime()
    {
        var actor = await server.RegisterAsync("echo");

        var listed = await server.UntilAsync(() => server.GetAsync($"{actor}/workers"), answer => Statuses(answer).SequenceEqual(["READY"]));

        Assert.Equal("None", listed.Result[0].GetProperty("lastExecutionTime").GetString());
    }

    [Fact]
    public async Task Ensure_MoreWorkers_SchedulesWhatIsMissing()
    {
        var actor = await server.RegisterAsync("echo");
        await server.UntilAsync(() => server.GetAsync($"{actor}/workers"), answer => Statuses(answer).SequenceEqual(["READY"]));

        var more = await server.PostAsync($"{actor}/workers", Body.Json("""{"num":3}"""));
        Assert.Equal("Scheduled 2 new worker(s) to start. Previously, there were 1 workers.", more.Message);
        await server.UntilAsync(() => server.GetAsync($"{actor}/workers"), answer => Statuses(answer).SequenceEqual(["READY", "READY", "READY"]));

        var enough = await server.PostAsync($"{actor}/workers");
        Assert.Equal($"Actor {actor["/actors/".Length..]} already had 3 worker(s).", enough.Message);
    }

    [Fact]
    public async Task Stop_ReadyWorker_Goes()
    {
        var actor = await server.RegisterAsync("echo");
        var listed = await server.UntilAsync(() => server.GetAsync($"{actor}/workers"), answer => Statuses(answer).SequenceEqual(["READY"]));
        var worker = $"{actor}/workers/{listed.Result[0].GetProperty("id").GetString()}";

        var answer = await server.DeleteAsync(worker);

        Assert.Equal("Worker scheduled to be stopped.", answer.Message);
        await server.UntilAsync(() => server.GetAsync($"{actor}/workers"), workers => workers.Result.GetArrayLength() == 0);
        (await server.GetAsync(worker)).Refuses(404, "Worker");
        (await server.DeleteAsync(worker)).Refuses(404, "Worker");
    }

    private static IEnumerable<string?> Statuses(Answer answer) => answer.Result.EnumerateArray().Select(worker => worker.GetProperty("status").GetString());
}
