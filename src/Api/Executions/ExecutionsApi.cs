using System.Globalization;
using Abaco.Access;
using Abaco.Api.Http;
using Abaco.Api.Search;
using Abaco.Executions;
using Abaco.Search;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Executions;

/// <summary>Routes of executions and their results.</summary>
internal static class ExecutionsApi
{
    /// <summary>Longest <c>?wait=</c> in seconds.</summary>
    private const int LongestWait = 600;

    public static void MapExecutions(this RouteGroupBuilder actors)
    {
        actors.MapGet("/{actor}/executions", ListAsync);
        actors.MapPost("/{actor}/executions", RecordAsync);
        actors.MapGet("/{actor}/executions/{execution}", GetAsync);
        actors.MapDelete("/{actor}/executions/{execution}", ForceQuitAsync);
        actors.MapGet("/{actor}/executions/{execution}/results", PopResultAsync);
    }

    private static async Task ListAsync(HttpContext context, Targets targets, IGrainFactory grains)
    {
        var (caller, grain, actorId) = await targets.ActorAsync(context);
        if (SearchApi.ArgumentsOf(context) is { } arguments)
        {
            await SearchApi.AnswerAsync(context, caller, grains, new SearchRequest(SearchKind.Executions, arguments, new ActorKey(caller.Tenant, actorId)));
            return;
        }

        var list = await grain.ListExecutionsAsync(caller);
        await Answers.OkAsync(context, "Actor executions retrieved successfully.", fields =>
        {
            fields.Links(("self", Urls.Executions(caller, actorId)), ("owner", Urls.Owner(caller, list.Owner)));
            fields.Text("actor_id", actorId);
            fields.Text("api_server", caller.ApiServer);
            fields.Text("owner", list.Owner);
            fields.List("executions", list.Items, ExecutionContract.WriteItem);
            fields.Number("total_executions", list.TotalExecutions);
            fields.Number("total_cpu", list.TotalCpuNanoseconds);
            fields.Number("total_io", list.TotalIoBytes);
            fields.Number("total_runtime", ExecutionContract.Seconds(list.TotalRuntime));
        });
    }

    private static async Task RecordAsync(HttpContext context, Targets targets, IOptions<WebOptions> web)
    {
        var (caller, grain, _) = await targets.ActorAsync(context);
        var given = await Parameters.ReadAsync(context, web.Value.MaxBodyLength);
        var (runtime, cpu, io) = (given.Amount("runtime"), given.Amount("cpu"), given.Amount("io"));
        given.Check();
        if (runtime > int.MaxValue)
            throw AbacoException.Invalid("runtime: must be at most 2147483647 seconds.");
        var id = await grain.RecordExecutionAsync(caller, TimeSpan.FromSeconds(runtime), cpu, io);
        var view = await grain.GetExecutionAsync(caller, id);
        await Answers.OkAsync(context, "Actor execution added successfully.", fields => ExecutionContract.Write(fields, view.Execution, caller));
    }

    private static async Task GetAsync(HttpContext context, Targets targets, Waits waits, TimeProvider time)
    {
        var (caller, execution, key) = await targets.ExecutionAsync(context);
        var view = WaitOf(context) is { } wait && wait > TimeSpan.Zero
            ? await WaitAsync(context, caller, execution, wait, waits, time)
            : await targets.Actor(key.Actor).GetExecutionAsync(caller, key.ExecutionId);
        await Answers.OkAsync(context, "Actor execution retrieved successfully.", fields => ExecutionContract.Write(fields, view.Execution, caller));
    }

    private static async Task<ExecutionView> WaitAsync(
        HttpContext context, Caller caller, IExecutionGrain grain, TimeSpan wait, Waits waits, TimeProvider time)
    {
        using var place = waits.Begin(context);
        var begun = time.GetTimestamp();
        while (true)
        {
            var left = wait - time.GetElapsedTime(begun);
            var view = await grain.WaitForEndAsync(caller, left > TimeSpan.Zero ? left : TimeSpan.Zero, place.Ends)
                .WaitAsync(place.Ends);
            if (view.Execution.Ended || left <= TimeSpan.Zero)
                return view;
        }
    }

    private static async Task ForceQuitAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, _) = await targets.ActorAsync(context);
        var id = Targets.Value(context, "execution");
        await grain.ForceQuitAsync(caller, id);
        await Answers.DoneAsync(context, $"Issued force quit command for execution {id}.");
    }

    private static async Task PopResultAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, _) = await targets.ExecutionAsync(context);
        var result = await grain.PopResultAsync(caller) ?? [];
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = result.Length;
        await context.Response.Body.WriteAsync(result, context.RequestAborted);
    }

    private static TimeSpan? WaitOf(HttpContext context)
    {
        if (Queries.Argument(context, "wait") is not { Length: > 0 } text)
            return null;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= LongestWait
            ? TimeSpan.FromSeconds(seconds)
            : throw AbacoException.Invalid($"wait: must be a number of seconds from 0 to {LongestWait}.");
    }
}
