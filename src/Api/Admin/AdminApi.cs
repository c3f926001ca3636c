using Abaco.Api.Actors;
using Abaco.Api.Auth;
using Abaco.Api.Executions;
using Abaco.Api.Http;
using Abaco.Api.Workers;
using Abaco.Catalog;
using Abaco.Workers;

namespace Abaco.Api.Admin;

/// <summary>Routes of admins and of utilization (rest-api.md, Events, cron, admin, service).</summary>
internal static class AdminApi
{
    public static void MapAdmin(this RouteGroupBuilder actors)
    {
        actors.MapGet("/admin", ActorsAsync);
        actors.MapGet("/admin/workers", WorkersAsync);
        actors.MapGet("/admin/executions", ExecutionsAsync);
        actors.MapGet("/utilization", UtilizationAsync);
    }

    private static async Task ActorsAsync(HttpContext context, Identity identity, IGrainFactory grains)
    {
        var caller = identity.Of(context);
        var actors = await grains.GetGrain<IAdminGrain>(0).ReportActorsAsync(caller);
        await Answers.ListAsync(context, "Actors retrieved.", actors, (fields, report) =>
        {
            ActorContract.Write(fields, report.Actor, caller);
            fields.List("workers", report.Workers, WorkerContract.Write);
            fields.Number("messages", report.Messages);
            fields.Number("executions", report.Executions);
            fields.Number("runtime", ExecutionContract.Seconds(report.Runtime));
        });
    }

    private static async Task WorkersAsync(HttpContext context, Identity identity, IGrainFactory grains)
    {
        var report = await grains.GetGrain<IAdminGrain>(0).ReportWorkersAsync(identity.Of(context));
        await Answers.OkAsync(context, "Workers retrieved.", fields =>
        {
            fields.Object("summary", summary =>
            {
                summary.Number("total_workers", report.Workers.Count);
                summary.Number("ready_workers", Count(report, WorkerStatus.Ready));
                summary.Number("requested_workers", Count(report, WorkerStatus.Requested, WorkerStatus.PullingImage));
                summary.Number("error_workers", Count(report, WorkerStatus.Error));
                summary.Number("busy_workers", Count(report, WorkerStatus.Busy));
                summary.Number("actors_no_workers", report.ActorsWithoutWorkers);
            });
            fields.List("workers", report.Workers, (item, worker) =>
            {
                WorkerContract.Write(item, worker);
                item.Text("actor_id", worker.Actor.ActorId);
                item.Text("actor_dbid", worker.Actor.ToString());
            });
        });
    }

    private static async Task ExecutionsAsync(HttpContext context, Identity identity, IGrainFactory grains)
    {
        var report = await grains.GetGrain<IAdminGrain>(0).ReportExecutionsAsync(identity.Of(context));
        await Answers.OkAsync(context, "Executions retrieved.", fields =>
        {
            fields.Object("summary", summary =>
            {
                WriteTotals(summary, report.All, "all");
                WriteTotals(summary, report.Existing, "existing");
            });
            fields.List("actors", report.Actors, (item, actor) =>
            {
                item.Text("actor_id", actor.ActorId);
                item.Text("owner", actor.Owner);
                item.Text("image", actor.Image);
                item.Number("total_executions", actor.Totals.Executions);
                item.Number("total_execution_cpu", actor.Totals.CpuNanoseconds);
                item.Number("total_execution_io", actor.Totals.IoBytes);
                item.Number("total_execution_runtime", ExecutionContract.Seconds(actor.Totals.Runtime));
            });
        });
    }

    private static async Task UtilizationAsync(HttpContext context, Identity identity, IGrainFactory grains)
    {
        var utilization = await grains.GetGrain<IAdminGrain>(0).GetUtilizationAsync(identity.Of(context));
        await Answers.OkAsync(context, "Retrieved utilization.", fields =>
        {
            fields.Number("current_actors", utilization.CurrentActors);
            fields.Number("total_actors", utilization.TotalActors);
            fields.Number("workers", utilization.Workers);
            fields.Number("command_queue", utilization.CommandQueue);
        });
    }

    private static long Count(WorkersReport report, params ReadOnlySpan<WorkerStatus> statuses)
    {
        var count = 0L;
        foreach (var worker in report.Workers)
            count += statuses.Contains(worker.Status) ? 1 : 0;
        return count;
    }

    private static void WriteTotals(Fields summary, ExecutionTotals totals, string which)
    {
        summary.Number($"total_actors_{which}", totals.Actors);
        summary.Number($"total_actors_{which}_with_executions", totals.ActorsWithExecutions);
        summary.Number($"total_executions_{which}", totals.Executions);
        summary.Number($"total_execution_runtime_{which}", ExecutionContract.Seconds(totals.Runtime));
        summary.Number($"total_execution_cpu_{which}", totals.CpuNanoseconds);
        summary.Number($"total_execution_io_{which}", totals.IoBytes);
    }
}
