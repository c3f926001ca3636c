using Abaco.Store;

namespace Abaco.Silo.Workers;

/// <summary>What a worker holds at this moment.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="ExecutionId">The execution whose lease it holds, or null.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Asking">Whether it is asking its actor for a lease, or telling an outcome: what it holds is about to change.</param>
internal readonly record struct Holding(string WorkerId, string? ExecutionId, int Attempt, bool Asking);

/// <summary>What a comparison found.</summary>
/// <param name="Missing">Leases in the store that no worker of this host holds: to be taken up.</param>
/// <param name="Gone">Attempts that workers hold and the store does not know any more (revoked, or their actor was removed): to be stopped.</param>
/// <param name="Stops">Executions that are to be stopped by force.</param>
internal sealed record LedgerFindings(IReadOnlyList<LeaseRow> Missing, IReadOnlyList<Holding> Gone, IReadOnlyList<LeaseRow> Stops);

/// <summary>
/// Compares a host's leases in the store with what its workers hold. Rows and workers are looked at one after the other while both change, so only what
/// differs in two comparisons in a row counts. Plain: no clock, no I/O.
/// </summary>
internal sealed class LeaseLedger
{
    private HashSet<(string, int)> _missing = [];
    private HashSet<(string, int)> _gone = [];

    /// <summary>Compares.</summary>
    /// <param name="rows">The leases in the store, read first.</param>
    /// <param name="workers">What the workers hold, looked at afterwards.</param>
    /// <returns>What to do.</returns>
    public LedgerFindings Compare(IReadOnlyList<LeaseRow> rows, IReadOnlyCollection<Holding> workers)
    {
        var asking = workers.Where(worker => worker.Asking).Select(worker => worker.WorkerId).ToHashSet();
        var held = workers.Where(worker => worker.ExecutionId is not null).Select(worker => (worker.ExecutionId!, worker.Attempt)).ToHashSet();
        var known = rows.Select(row => (row.ExecutionId, row.Attempt)).ToHashSet();
        var missing = rows.Where(row => !asking.Contains(row.Worker) && !held.Contains((row.ExecutionId, row.Attempt))).ToList();
        var gone = workers.Where(worker => worker is { Asking: false, ExecutionId: not null } && !known.Contains((worker.ExecutionId, worker.Attempt)))
            .ToList();
        var findings = new LedgerFindings(
            [.. missing.Where(row => _missing.Contains((row.ExecutionId, row.Attempt)))],
            [.. gone.Where(worker => _gone.Contains((worker.ExecutionId!, worker.Attempt)))],
            [.. rows.Where(row => row.StopRequested)]);
        _missing = [.. missing.Select(row => (row.ExecutionId, row.Attempt))];
        _gone = [.. gone.Select(worker => (worker.ExecutionId!, worker.Attempt))];
        return findings;
    }
}
