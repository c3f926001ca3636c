using System.Text;
using Abaco.Executions;
using Abaco.Workers;

namespace Abaco.Silo.Workers;

/// <summary>
/// Passes on what one container says: its start to the actor, its log (cut at the limit) and results to the execution grain. It keeps the whole cut log, so
/// that an execution grain that was lost can be told again, and stores it at the end, before the outcome is recorded.
/// </summary>
internal sealed class ExecutionReport(WorkOrder order, HostContext host, Retry retry) : IContainerWatch
{
    private readonly StringBuilder _log = new();
    private readonly IExecutionFeed _feed = host.Grains.GetGrain<IExecutionFeed>(order.Execution.ToString());
    private string _containerId = "";
    private bool _cut;

    public Task CreatedAsync(string containerId)
    {
        _containerId = containerId;
        return Task.CompletedTask;
    }

    public Task StartedAsync(DateTimeOffset time) => retry.UntilDoneAsync(() =>
        host.Grains.GetGrain<IActorWork>(order.Execution.Actor.ToString())
            .StartedAsync(order.Execution.ExecutionId, order.Attempt, _containerId, time));

    public async Task<bool> LogAsync(string text)
    {
        if (_cut)
            return false;
        var from = _log.Length;
        _log.Append(text);
        _cut = LogText.Cut(_log, host.Options.MaxLogLength);
        await TellAsync(from);
        return !_cut;
    }

    public Task ResultAsync(byte[] bytes) => retry.UntilDoneAsync(() => _feed.AppendResultAsync(bytes));

    /// <summary>Stores the log; after a loss too, so that what was said before is not lost with the container.</summary>
    public Task CommitAsync(Ending ending)
    {
        if (ending is Ending.CannotStart)
            return Task.CompletedTask;
        var keep = host.Orders.LogKept(order.Actor);
        return retry.UntilDoneAsync(() => _feed.CommitLogAsync(order.Attempt, _log.ToString(), keep));
    }

    private async Task TellAsync(int from)
    {
        var there = await retry.UntilDoneAsync(() => _feed.AppendLogAsync(order.Attempt, from, _log.ToString(from, _log.Length - from)));
        if (there < from)
            await retry.UntilDoneAsync(() => _feed.AppendLogAsync(order.Attempt, there, _log.ToString(there, _log.Length - there)));
    }
}
