using Abaco.Api.Http;
using Abaco.Api.Search;
using Abaco.Search;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Workers;

/// <summary>Routes of an actor's workers.</summary>
internal static class WorkersApi
{
    public static void MapWorkers(this RouteGroupBuilder actors)
    {
        actors.MapGet("/{actor}/workers", ListAsync);
        actors.MapPost("/{actor}/workers", EnsureAsync);
        actors.MapGet("/{actor}/workers/{worker}", GetAsync);
        actors.MapDelete("/{actor}/workers/{worker}", StopAsync);
    }

    private static async Task ListAsync(HttpContext context, Targets targets, IGrainFactory grains)
    {
        var (caller, grain, id) = await targets.ActorAsync(context);
        if (SearchApi.ArgumentsOf(context) is { } arguments)
        {
            await SearchApi.AnswerAsync(context, caller, grains, new SearchRequest(SearchKind.Workers, arguments, new ActorKey(caller.Tenant, id)));
            return;
        }

        await Answers.ListAsync(context, "Workers retrieved successfully.", await grain.ListWorkersAsync(caller), WorkerContract.Write);
    }

    private static async Task EnsureAsync(HttpContext context, Targets targets, IOptions<WebOptions> web)
    {
        var (caller, grain, id) = await targets.ActorAsync(context);
        var given = await Parameters.ReadAsync(context, web.Value.MaxBodyLength);
        var count = given.Whole("num") ?? 1;
        given.Check();
        var scheduled = await grain.EnsureWorkersAsync(caller, count);
        await Answers.DoneAsync(context, scheduled.Scheduled > 0
            ? $"Scheduled {scheduled.Scheduled} new worker(s) to start. Previously, there were {scheduled.Before} workers."
            : $"Actor {id} already had {scheduled.Before} worker(s).");
    }

    private static async Task GetAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, id) = await targets.ActorAsync(context);
        var workerId = Targets.Value(context, "worker");
        var worker = (await grain.ListWorkersAsync(caller)).FirstOrDefault(worker => worker.Id == workerId)
            ?? throw AbacoException.NotFound($"Worker {workerId} does not exist for actor {id}.");
        await Answers.OkAsync(context, "Worker retrieved successfully.", fields => WorkerContract.Write(fields, worker));
    }

    private static async Task StopAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, _) = await targets.ActorAsync(context);
        await grain.StopWorkerAsync(caller, Targets.Value(context, "worker"));
        await Answers.DoneAsync(context, "Worker scheduled to be stopped.");
    }
}
