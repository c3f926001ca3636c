namespace Abaco.Store;

/// <summary>A host with leases, and how far it has counted.</summary>
/// <param name="Host">The host.</param>
/// <param name="Counter">Raised by each of its reports; 0 when it never made one.</param>
public readonly record struct HostCount(string Host, long Counter);

/// <summary>What hosts tell about themselves: a counter that goes up while somebody speaks for the host (architecture.md, Leases).</summary>
public interface IHostStore
{
    /// <summary>Raises a host's counter and reads its leases, in one transaction.</summary>
    /// <param name="host">The host.</param>
    /// <param name="silo">Who speaks for it, for people.</param>
    /// <param name="now">The time, for people.</param>
    /// <returns>Its leases; a stop is requested too for those whose actor was deleted.</returns>
    Task<IReadOnlyList<LeaseRow>> ReportAsync(string host, string silo, DateTimeOffset now);

    /// <summary>Lists the hosts that hold leases.</summary>
    /// <returns>In no order.</returns>
    Task<IReadOnlyList<HostCount>> ListHoldersAsync();
}
