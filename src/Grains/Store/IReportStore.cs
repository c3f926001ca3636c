using Abaco.Catalog;
using Abaco.Workers;

namespace Abaco.Store;

/// <summary>An actor with its sums, as reports read it.</summary>
/// <param name="Listing">Row and grain state.</param>
/// <param name="Waiting">How many messages wait.</param>
/// <param name="Executions">How many executions it has.</param>
/// <param name="Runtime">How long they ran.</param>
internal sealed record ReportedActor(ActorListing Listing, long Waiting, long Executions, TimeSpan Runtime);

/// <summary>Counts of a tenant.</summary>
/// <param name="Actors">Live actors.</param>
/// <param name="Removed">Actors that were deleted.</param>
/// <param name="Workers">Workers that stand.</param>
/// <param name="Waiting">Actors that wait for a worker.</param>
internal sealed record TenantCounts(long Actors, long Removed, long Workers, long Waiting);

/// <summary>Reads across a tenant, from sums that every write keeps and by indices of the tenant; never by reading executions.</summary>
internal interface IReportStore
{
    /// <summary>Lists the live actors, oldest first.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>The actors.</returns>
    Task<IReadOnlyList<ReportedActor>> ListActorsAsync(string tenant);

    /// <summary>Lists the workers; those that hold a lease are BUSY.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>In order of actor and id.</returns>
    Task<IReadOnlyList<WorkerSnapshot>> ListWorkersAsync(string tenant);

    /// <summary>Sums the executions of each live actor, oldest first.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>The sums.</returns>
    Task<IReadOnlyList<ActorTotals>> SumByActorAsync(string tenant);

    /// <summary>Sums what deleted actors had.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>The sum.</returns>
    Task<ExecutionTotals> SumRemovedAsync(string tenant);

    /// <summary>Counts.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>The counts.</returns>
    Task<TenantCounts> CountAsync(string tenant);
}
