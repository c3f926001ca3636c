using Abaco.Access;

namespace Abaco.Catalog;

/// <summary>
/// What admins see of their own tenant, whatever the permissions; a stateless worker, key 0. All but <see cref="GetUtilizationAsync"/> refuse callers without
/// <see cref="Caller.AdminRole"/> as <see cref="RefusalKind.NotAuthorized"/>.
/// </summary>
[Alias("abaco.IAdminGrain")]
public interface IAdminGrain : IGrainWithIntegerKey
{
    /// <summary>Reports every actor.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>Oldest first.</returns>
    [Alias("ReportActors")]
    Task<IReadOnlyList<ActorReport>> ReportActorsAsync(Caller caller);

    /// <summary>Reports every worker.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>The workers.</returns>
    [Alias("ReportWorkers")]
    Task<WorkersReport> ReportWorkersAsync(Caller caller);

    /// <summary>Reports executions in sum.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>By actor, and in all.</returns>
    [Alias("ReportExecutions")]
    Task<ExecutionsReport> ReportExecutionsAsync(Caller caller);

    /// <summary>Says how busy the tenant is; open to everybody.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>Counts.</returns>
    [Alias("GetUtilization")]
    Task<Utilization> GetUtilizationAsync(Caller caller);
}
