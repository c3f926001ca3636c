using Abaco.Silo.Hosting;
using Abaco.Store;
using Abaco.Workers;

namespace Abaco.Silo.Workers;

/// <summary>
/// Speaks for hosts: this silo's own and, from the moment that their lock is free, those of ended processes on the same engine. Every 5 s it raises their
/// counters, compares the leases in the store with what the workers hold, and carries out stops. Leases without a worker are taken up; containers and files
/// without a lease are removed; leases of hosts that nobody speaks for are revoked. A crash ends it: the locks are free then, and the next process does the
/// same for its hosts.
/// </summary>
internal sealed class HostDuty(
    HostContext context, WorkerSet workers, IHostStore hosts, IMailboxStore mailbox, IWorkerStore workerRows, DataDirectory data,
    CancellationToken stopping, CancellationToken leave)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeftoverGrace = TimeSpan.FromSeconds(60);
    private readonly Dictionary<string, HostNumber> _held = [];
    private readonly LeaseLedger _ledger = new();
    private readonly SilentHosts _silent = new(context.Options.HostGrace, 2 * Period);
    private HashSet<ContainerKey> _leftovers = [];
    private long _lookedForSilent = context.Time.GetTimestamp();
    private long _lookedForLeftovers = context.Time.GetTimestamp();

    /// <summary>Speaks for a host from now on: its leases are taken up at once, what has no lease is removed.</summary>
    public async Task AdoptAsync(HostNumber number)
    {
        _held[number.HostId] = number;
        var leases = await ReportAsync(number.HostId);
        await workerRows.RemoveHostAsync(number.HostId);
        foreach (var lease in leases)
            Resume(lease);
        var keep = leases.Select(KeyOf).ToHashSet();
        var removed = 0;
        foreach (var left in await context.Runtime.ListAsync(number.HostId, stopping))
        {
            if (keep.Contains(left))
                continue;
            context.Runtime.Release(left);
            removed++;
        }

        if (removed + leases.Count > 0)
            context.Log.TookOver(number.HostId, leases.Count, removed);
    }

    /// <summary>Does the duty until the process leaves.</summary>
    public async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Period, context.Time);
        while (await timer.WaitForNextTickAsync(leave))
        {
            try
            {
                await RunOnceAsync();
            }
            catch (Exception exception) when (exception is AbacoException or TimeoutException or OrleansException or EngineUnavailableException or IOException)
            {
                context.Log.DutyFailed(exception.Message);
            }
        }
    }

    /// <summary>One round.</summary>
    public async Task RunOnceAsync()
    {
        var rows = new List<LeaseRow>();
        foreach (var host in _held.Keys)
            rows.AddRange(await ReportAsync(host));
        Act(_ledger.Compare(rows, workers.Holdings));
        LetGo(rows);
        if (!stopping.IsCancellationRequested)
            await AdoptAbandonedAsync();
        await RevokeSilentAsync();
        if (context.Time.GetElapsedTime(_lookedForLeftovers) >= LeftoverGrace)
            await RemoveLeftoversAsync(rows);
    }

    /// <summary>Gives up all locks: from now on another process may speak for these hosts.</summary>
    public void Release()
    {
        foreach (var number in _held.Values)
            number.Dispose();
        _held.Clear();
    }

    private void Act(LedgerFindings findings)
    {
        foreach (var row in findings.Stops)
            workers.Stop(row.Actor, row.ExecutionId);
        foreach (var gone in findings.Gone)
        {
            context.Log.LeaseGone(gone.ExecutionId!, gone.Attempt);
            workers.Stop(gone.ExecutionId!);
        }

        foreach (var row in findings.Missing.Where(_ => !stopping.IsCancellationRequested))
        {
            context.Log.LeaseMissing(row.ExecutionId, row.Attempt);
            Resume(row);
        }
    }

    private void Resume(LeaseRow lease) => workers.Start(
        new Worker(context, null, lease.Actor, context.Slots.TryAcquire(), stopping, leave), worker => worker.ResumeAsync(lease));

    /// <summary>An adopted host without leases is nobody's any more.</summary>
    private void LetGo(List<LeaseRow> rows)
    {
        var needed = rows.Select(row => row.Host).Append(context.HostId).ToHashSet();
        foreach (var host in _held.Keys.Where(host => !needed.Contains(host)).ToList())
        {
            _held.Remove(host, out var number);
            number!.Dispose();
        }
    }

    private async Task AdoptAbandonedAsync()
    {
        var holders = (await hosts.ListHoldersAsync()).Select(count => count.Host).ToHashSet();
        foreach (var number in HostNumber.AcquireAbandoned(data.Path, context.Engine.EngineId))
        {
            if (holders.Contains(number.HostId))
                await AdoptAsync(number);
            else
                number.Dispose();
        }
    }

    private async Task RevokeSilentAsync()
    {
        var holders = await hosts.ListHoldersAsync();
        var since = context.Time.GetElapsedTime(_lookedForSilent);
        _lookedForSilent = context.Time.GetTimestamp();
        foreach (var host in _silent.Look(holders.Where(count => !_held.ContainsKey(count.Host)), since))
        {
            foreach (var lease in await mailbox.ListLeasesAsync(host))
            {
                context.Log.HostSilent(host, context.Options.HostGrace.TotalSeconds, lease.ExecutionId);
                await context.Grains.GetGrain<IActorWork>(lease.Actor)
                    .RevokeAsync(lease.ExecutionId, lease.Attempt, $"host {host} has been silent for {context.Options.HostGrace.TotalSeconds:0} s");
            }
        }
    }

    /// <summary>What has neither lease nor worker in two looks is left over: its removal failed, or it was made by a call whose answer was lost.</summary>
    private async Task RemoveLeftoversAsync(List<LeaseRow> rows)
    {
        _lookedForLeftovers = context.Time.GetTimestamp();
        var found = new HashSet<ContainerKey>();
        foreach (var host in _held.Keys)
            found.UnionWith(await context.Runtime.ListAsync(host, leave));
        found.ExceptWith(rows.Select(KeyOf));
        var held = workers.Holdings.Where(holding => holding.ExecutionId is not null).Select(holding => (holding.ExecutionId!, holding.Attempt)).ToHashSet();
        found.RemoveWhere(key => held.Contains((key.ExecutionId, key.Attempt)));
        foreach (var key in found.Where(_leftovers.Contains))
            context.Runtime.Release(key);
        _leftovers = found;
    }

    private Task<IReadOnlyList<LeaseRow>> ReportAsync(string host) => hosts.ReportAsync(host, context.Silo.ToString(), context.Time.GetUtcNow());

    private static ContainerKey KeyOf(LeaseRow lease) => new(lease.Host, lease.ExecutionId, lease.Attempt);
}
