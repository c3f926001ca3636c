using System.Text.Json;
using Abaco.Access;
using Abaco.Actors;
using Abaco.Store;
using Orleans.Concurrency;

namespace Abaco.Catalog;

/// <summary>Reads across a tenant for its admins. It keeps nothing; a crash loses nothing.</summary>
[StatelessWorker]
internal sealed class AdminGrain(IReportStore reports, ActorDefaults defaults) : Grain, IAdminGrain
{
    private static readonly ExecutionTotals Nothing = new(0, 0, 0, TimeSpan.Zero, 0, 0);

    public async Task<IReadOnlyList<ActorReport>> ReportActorsAsync(Caller caller)
    {
        MustBeAdmin(caller);
        var rows = await reports.ListActorsAsync(caller.Tenant);
        var workers = (await reports.ListWorkersAsync(caller.Tenant)).ToLookup(worker => worker.Actor);
        return [.. rows.Select(Report).Select(report => report with { Workers = [.. workers[report.Actor.Key]] })];
    }

    public async Task<WorkersReport> ReportWorkersAsync(Caller caller)
    {
        MustBeAdmin(caller);
        var workers = await reports.ListWorkersAsync(caller.Tenant);
        var counts = await reports.CountAsync(caller.Tenant);
        return new WorkersReport(workers, counts.Actors - workers.Select(worker => worker.Actor).Distinct().Count());
    }

    public async Task<ExecutionsReport> ReportExecutionsAsync(Caller caller)
    {
        MustBeAdmin(caller);
        var actors = await reports.SumByActorAsync(caller.Tenant);
        var existing = actors.Aggregate(Nothing, (sum, actor) => sum + actor.Totals);
        return new ExecutionsReport(actors, existing, existing + await reports.SumRemovedAsync(caller.Tenant));
    }

    public async Task<Utilization> GetUtilizationAsync(Caller caller)
    {
        var counts = await reports.CountAsync(caller.Tenant);
        return new Utilization(counts.Actors, counts.Actors + counts.Removed, counts.Workers, counts.Waiting);
    }

    private static void MustBeAdmin(Caller caller)
    {
        if (!caller.IsAdmin)
            throw new AbacoException(RefusalKind.NotAuthorized, "Not authorized -- only admins are authorized to see this.");
    }

    private ActorReport Report(ReportedActor row)
    {
        var (standing, json, due) = row.Listing;
        var state = JsonSerializer.Deserialize<ActorState>(json, GrainStateJson.Options)!;
        var actor = ActorSnapshots.Of(ActorKey.Parse(standing.Actor), state, standing.Status, standing.StatusMessage, due, defaults);
        return new ActorReport(actor, [], row.Waiting, row.Executions, row.Runtime);
    }
}
