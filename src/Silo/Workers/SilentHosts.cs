using Abaco.Store;

namespace Abaco.Silo.Workers;

/// <summary>
/// Finds hosts that nobody speaks for: their counter stood still for the grace, by the watcher's own clock, counting only time between successful looks
/// (while the database is away, no host can count). Plain: no clock, no I/O.
/// </summary>
/// <param name="grace">How long a counter may stand still.</param>
/// <param name="longestStep">Most time that one look may add.</param>
internal sealed class SilentHosts(TimeSpan grace, TimeSpan longestStep)
{
    private Dictionary<string, (long Counter, TimeSpan Silent)> _seen = [];

    /// <summary>Notes a successful look.</summary>
    /// <param name="counts">The hosts that hold leases, but those that this silo speaks for.</param>
    /// <param name="sinceLast">Time since the last successful look.</param>
    /// <returns>The hosts whose leases are to be revoked.</returns>
    public IReadOnlyList<string> Look(IEnumerable<HostCount> counts, TimeSpan sinceLast)
    {
        var step = sinceLast < longestStep ? sinceLast : longestStep;
        _seen = counts.ToDictionary(
            count => count.Host,
            count => (count.Counter, _seen.TryGetValue(count.Host, out var last) && last.Counter == count.Counter ? last.Silent + step : TimeSpan.Zero));
        return [.. _seen.Where(pair => pair.Value.Silent >= grace).Select(pair => pair.Key)];
    }
}
