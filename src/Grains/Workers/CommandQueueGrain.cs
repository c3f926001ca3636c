using Abaco.Executions;
using Abaco.Store;

namespace Abaco.Workers;

/// <summary>
/// The set "actor → wanted workers" of one queue, key: the queue's name. Nothing is durable: after a crash the set is read from the store again, in pages,
/// by index, without activating actors; hosts ask again.
/// </summary>
[GrainType("queue")]
internal sealed class CommandQueueGrain(IActorStore actors, TimeProvider time) : Grain, ICommandQueueGrain
{
    private const int PageRows = 500;
    private static readonly TimeSpan RefillTime = TimeSpan.FromSeconds(15);
    private readonly FairQueue _queue = new();
    private readonly Pulse _pulse = new();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(RefillAsync, RefillTime, RefillTime);
        await RefillAsync(cancellationToken);
    }

    public Task WantAsync(string actor, int workers)
    {
        _queue.Want(actor, workers);
        if (workers > 0)
            _pulse.Fire();
        return Task.CompletedTask;
    }

    public async Task<string?> NextAsync(HostReport report, CancellationToken cancellationToken)
    {
        _queue.SetRunning(report.Host, report.Running, report.Slots);
        var wait = new Wait(time, IExecutionGrain.LongestWait, cancellationToken);
        while (true)
        {
            var pulse = _pulse.Next;
            if (!cancellationToken.IsCancellationRequested && _queue.TryNext(report.Host, out var actor))
                return actor;
            if (!await wait.ForAsync(pulse))
                return null;
        }
    }

    public Task<bool> ShouldYieldAsync(string actor) => Task.FromResult(_queue.ShouldYield(actor));

    public Task HostLeftAsync(string host)
    {
        _queue.RemoveHost(host);
        return Task.CompletedTask;
    }

    private async Task RefillAsync(CancellationToken cancellationToken)
    {
        var after = "";
        while (true)
        {
            var page = await actors.ListDemandAsync(this.GetPrimaryKeyString(), after, PageRows);
            foreach (var demand in page)
                if (!_queue.Wants(demand.Actor))
                    _queue.Want(demand.Actor, 1);
            if (page.Count > 0)
                _pulse.Fire();
            if (page.Count < PageRows)
                return;
            after = page[^1].Actor;
        }
    }
}
