using Abaco.Access;
using Abaco.Actors;
using Abaco.Store;

namespace Abaco.Executions;

/// <summary>
/// One execution for everybody who looks, key <c>{tenant}_{actorId}_{executionId}</c>. Nothing here is durable but what it writes at once: results on
/// receipt, the log before the outcome. A crash loses the live tail, which the host tells again, and the waits, whose callers ask again.
/// </summary>
[GrainType("execution")]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class ExecutionGrain(IMailboxStore mailbox, IResultStore results, ILogStore logs, TimeProvider time)
    : Grain, IExecutionGrain, IExecutionFeed
{
    private readonly LiveLog _log = new();
    private readonly Pulse _pulse = new();
    private ExecutionKey _key;
    private string _actor = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ExecutionKey.Parse(this.GetPrimaryKeyString());
        _actor = _key.Actor.ToString();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _pulse.Fire();
        return Task.CompletedTask;
    }

    public async Task<ExecutionView> GetAsync(Caller caller)
    {
        var owner = await AuthorizeAsync(caller, PermissionLevel.Read);
        return new ExecutionView((await ReadAsync()).Snapshot, owner);
    }

    public async Task<ExecutionView> WaitForEndAsync(Caller caller, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var owner = await AuthorizeAsync(caller, PermissionLevel.Read);
        var wait = new Wait(time, timeout, cancellationToken);
        while (true)
        {
            var pulse = _pulse.Next;
            var row = await ReadAsync();
            if (row.Snapshot.Ended || !await wait.ForAsync(pulse))
                return new ExecutionView(row.Snapshot, owner);
        }
    }

    public async Task<SynchronousAnswer> WaitForAnswerAsync(Caller caller, CancellationToken cancellationToken)
    {
        await AuthorizeAsync(caller, PermissionLevel.Execute);
        var wait = new Wait(time, IExecutionGrain.LongestWait, cancellationToken);
        while (true)
        {
            var pulse = _pulse.Next;
            var row = await ReadAsync();
            if (await results.PopAsync(_actor, _key.ExecutionId) is { } result)
                return new SynchronousAnswer(result, null);
            if (row.Snapshot.Ended)
                return new SynchronousAnswer(null, await logs.ReadAsync(_actor, _key.ExecutionId, time.GetUtcNow()) ?? "");
            if (!await wait.ForAsync(pulse))
                return new SynchronousAnswer(null, null);
        }
    }

    public async Task<byte[]?> PopResultAsync(Caller caller)
    {
        await AuthorizeAsync(caller, PermissionLevel.Read);
        await ReadAsync();
        return await results.PopAsync(_actor, _key.ExecutionId);
    }

    public async Task<LogPiece> ReadLogAsync(Caller caller, int from, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var owner = await AuthorizeAsync(caller, PermissionLevel.Read);
        var wait = new Wait(time, timeout, cancellationToken);
        while (true)
        {
            var pulse = _pulse.Next;
            var row = await ReadAsync();
            var text = row.Snapshot.Ended
                ? await logs.ReadAsync(_actor, _key.ExecutionId, time.GetUtcNow()) ?? ""
                : row.Snapshot.Status == ExecutionStatus.Running ? _log.Text(row.Snapshot.Attempts) : "";
            var start = from > text.Length ? 0 : Math.Max(0, from);
            if (row.Snapshot.Ended || start < text.Length || !await wait.ForAsync(pulse))
                return new LogPiece(text[start..], text.Length, row.Snapshot.Ended, owner);
        }
    }

    public Task<int> AppendLogAsync(int attempt, int from, string text)
    {
        var length = _log.Append(attempt, from, text);
        _pulse.Fire();
        return Task.FromResult(length);
    }

    public async Task AppendResultAsync(byte[] bytes)
    {
        await results.AppendAsync(_actor, _key.ExecutionId, bytes);
        _pulse.Fire();
    }

    public Task CommitLogAsync(int attempt, string text, TimeSpan keep) =>
        logs.CommitAsync(_actor, _key.ExecutionId, attempt, text, time.GetUtcNow() + keep);

    public Task ChangedAsync(bool ended)
    {
        _pulse.Fire();
        if (ended)
            _log.Clear();
        return Task.CompletedTask;
    }

    private async Task<ExecutionRow> ReadAsync() =>
        await mailbox.GetAsync(_actor, _key.ExecutionId)
        ?? throw AbacoException.NotFound($"Execution {_key.ExecutionId} does not exist for actor {_key.Actor.ActorId}.");

    private Task<string> AuthorizeAsync(Caller caller, PermissionLevel level) =>
        GrainFactory.GetGrain<IActorGrain>(_actor).AuthorizeAsync(caller, level);
}
