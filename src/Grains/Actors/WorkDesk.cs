using Abaco.Events;
using Abaco.Executions;
using Abaco.Store;
using Abaco.Workers;

namespace Abaco.Actors;

/// <summary>
/// The part of an actor's activation that serves worker hosts: who may join, who gets which message, what an ending means, how many more workers are
/// wanted. Every decision is durable before it is acted upon; a crash here leaves rows that the next activation reads.
/// </summary>
internal sealed class WorkDesk(
    ActorKey key, Func<ActorState> current, Dispatcher dispatcher, ActorStanding standing, ActorParts parts, IGrainFactory grains,
    Action<TimeSpan> announceLater)
{
    private readonly string _actor = key.ToString();
    private readonly WorkerPool _pool = new();
    private int _announced;

    public WorkerPool Pool => _pool;

    private ActorState State => current();

    private bool Exclusive => State.Definition!.Stateless is false;

    private bool Serves => State.Definition is not null && standing.Status is ActorStatus.Submitted or ActorStatus.Ready;

    public async Task<Assignment?> JoinAsync(WorkerRef worker)
    {
        if (!Serves || parts.Steady < standing.NotBefore || Wanted() == 0)
        {
            _announced = 0;
            Announce();
            return null;
        }

        var definition = State.Definition!;
        _announced = Math.Max(0, _announced - 1);
        _pool.Heard(worker with { Revision = State.Revision }, parts.Steady);
        await parts.Workers.PutAsync(Row(worker with { Revision = State.Revision }, WorkerStatus.PullingImage));
        return new Assignment(definition.Image, State.Pull, State.Revision, IdleTime(definition));
    }

    public Task ReportAsync(WorkerRef worker, string text)
    {
        _pool.Heard(worker, parts.Steady);
        return standing.ReportAsync(text);
    }

    public async Task ReadyAsync(WorkerRef worker)
    {
        _pool.Heard(worker, parts.Steady);
        await parts.Workers.PutAsync(Row(worker, WorkerStatus.Ready));
        if (Serves && worker.Revision == State.Revision)
            await standing.SetAsync(ActorStatus.Ready, "");
        WakeEvents();
    }

    public async Task CannotStartAsync(WorkerRef worker, string cause, bool permanent)
    {
        _pool.Remove(worker.WorkerId);
        await parts.Workers.RemoveAsync(_actor, worker.WorkerId);
        if (Serves && worker.Revision == State.Revision)
            await FailedAsync(cause, permanent);
        Announce();
    }

    public async Task<IdleAdvice> WaitForWorkAsync(WorkerRef worker, CancellationToken cancellationToken)
    {
        if (dispatcher.Holds(worker.WorkerId))
            return IdleAdvice.Take;
        if (!Welcome(worker))
            return IdleAdvice.Retire;
        if (MayTake())
            return IdleAdvice.Take;
        var waiter = _pool.Wait(worker.WorkerId);
        try
        {
            return await waiter.Done.Task.WaitAsync(IExecutionGrain.LongestWait, parts.Time, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return IdleAdvice.Wait;
        }
        finally
        {
            // A worker that left while it waited must not count as standing again.
            _pool.EndWait(waiter);
            if (_pool.Knows(worker.WorkerId))
                _pool.Heard(worker, parts.Steady);
        }
    }

    public async Task<TakeAnswer> TakeAsync(WorkerRef worker)
    {
        // A lease that stands is told again to whoever holds it, whatever became of the actor's revision or its starts since.
        var now = parts.Time.GetUtcNow();
        if (!dispatcher.Holds(worker.WorkerId))
        {
            if (!Welcome(worker))
                return TakeAnswer.Leave;
            if (parts.Steady < standing.NotBefore)
                return TakeAnswer.Nothing;
        }

        return Answer(await dispatcher.TakeAsync(worker.WorkerId, worker.Host, Exclusive, now));
    }

    public async Task<TakeAnswer> FinishAndTakeAsync(WorkerRef worker, AttemptEnded ended, bool takeNext)
    {
        var now = parts.Time.GetUtcNow();
        var stays = Welcome(worker);
        var lease = dispatcher.Leases.GetValueOrDefault(ended.ExecutionId);
        var outcome = Decide(ended, lease, now);
        var (recorded, next) = await dispatcher.FinishAsync(outcome, takeNext && stays ? worker.WorkerId : null, worker.Host, Exclusive);
        if (recorded)
        {
            await NoteEndAsync(worker, ended.Ending);
            Tell(ended.ExecutionId, outcome.Status != ExecutionStatus.Submitted);
        }

        // A repeated call finds the lease that the first one took, even when the worker is not wanted any more.
        if (next is null && ((takeNext && stays) || dispatcher.Holds(worker.WorkerId)))
            return await TakeAsync(worker);
        if (next is null)
            Wake();
        Announce();
        return next is not null ? Answer(next) : stays ? TakeAnswer.Nothing : TakeAnswer.Leave;
    }

    public async Task<bool> RevokeAsync(string executionId, int attempt, string cause)
    {
        var lease = dispatcher.Leases.GetValueOrDefault(executionId);
        var outcome = Decide(new AttemptEnded(executionId, attempt, new Ending.Lost(cause)), lease, parts.Time.GetUtcNow());
        var (recorded, _) = await dispatcher.FinishAsync(outcome, null, null, Exclusive);
        if (recorded)
            Tell(executionId, outcome.Status != ExecutionStatus.Submitted);
        Wake();
        return recorded;
    }

    public async Task LeftAsync(WorkerRef worker)
    {
        _pool.Remove(worker.WorkerId);
        await parts.Workers.RemoveAsync(_actor, worker.WorkerId);
        Announce();
    }

    /// <summary>
    /// Messages may wait: wakes as many idle workers, or asks the queue for more. As many, since a write that settles late lets several messages in at once.
    /// </summary>
    public void Wake()
    {
        if (MayTake())
            for (var waiting = Exclusive ? 1 : dispatcher.Waiting; waiting > 0 && _pool.WakeOne(); waiting--)
                ;
        Announce();
    }

    /// <summary>Tells the queue how many more workers are wanted, when that changed.</summary>
    public void Announce()
    {
        var wanted = Serves && parts.Steady >= standing.NotBefore ? Wanted() : 0;
        if (wanted == _announced)
            return;
        _announced = wanted;
        _ = grains.GetGrain<ICommandQueueGrain>(State.Definition?.Queue ?? ActorDefaults.DefaultQueue).WantAsync(_actor, wanted);
    }

    /// <summary>Announces again even if nothing changed, since a grant may be lost, and wakes a worker for what waited through a pause.</summary>
    public void AnnounceAgain()
    {
        _announced = -1;
        Wake();
    }

    private int Wanted()
    {
        var definition = State.Definition!;
        var holders = dispatcher.Leases.Values.Select(lease => lease.Worker).ToHashSet();
        var most = Exclusive ? 1 : definition.MaxWorkers ?? parts.Defaults.MaxWorkers;
        return _pool.Wanted(dispatcher.Waiting, holders, most, standing.Status == ActorStatus.Submitted, parts.Steady);
    }

    /// <summary>Whether an idle worker that takes now gets a message: not through the pause after a failed start, never beside a stateful actor's lease.</summary>
    private bool MayTake() =>
        Serves && parts.Steady >= standing.NotBefore && dispatcher.Waiting > 0 && (!Exclusive || dispatcher.Leases.Count == 0);

    private bool Welcome(WorkerRef worker)
    {
        if (!Serves || worker.Revision != State.Revision || _pool.IsRetiring(worker.WorkerId))
            return false;
        _pool.Heard(worker, parts.Steady);
        return true;
    }

    private OutcomeRow Decide(AttemptEnded ended, LeaseRow? lease, DateTimeOffset now) =>
        EndingRules.Decide(ended, lease?.Losses ?? 0, lease?.Retries ?? 0, State.Definition?.MaxRetries ?? 0, now);

    private async Task NoteEndAsync(WorkerRef worker, Ending ending)
    {
        // What an older revision's image cannot do says nothing about this one's.
        if (ending is Ending.CannotStart failed && Serves && worker.Revision == State.Revision)
            await FailedAsync(failed.Cause, failed.Permanent);
        else if (ending is Ending.Exited)
            standing.Recovered();
    }

    private async Task FailedAsync(string cause, bool permanent)
    {
        await standing.FailedAsync(cause, permanent, parts.Steady);
        WakeEvents();
        if (Serves)
            announceLater(standing.NotBefore - parts.Steady);
    }

    /// <summary>Tells those who look at an execution that it changed.</summary>
    public void Tell(string executionId, bool ended)
    {
        _ = grains.GetGrain<IExecutionFeed>(new ExecutionKey(key, executionId).ToString()).ChangedAsync(ended);
        WakeEvents();
    }

    /// <summary>An event may have been written with what was committed just now.</summary>
    private void WakeEvents()
    {
        if (State.Definition is { } definition && (definition.Link ?? definition.Webhook) is not null)
            _ = grains.GetGrain<IEventsGrain>(_actor).WakeAsync();
    }

    private TakeAnswer Answer(TakenMessage? taken)
    {
        if (taken is null)
            return TakeAnswer.Nothing;
        Tell(taken.Lease.ExecutionId, ended: false);
        return new TakeAnswer(
            new WorkOrder
            {
                Execution = new ExecutionKey(key, taken.Lease.ExecutionId),
                Attempt = taken.Lease.Attempt,
                Message = taken.Message.Message,
                Executor = taken.Message.Executor,
                ApiServer = taken.Message.ApiServer,
                Actor = ActorRules.ToParameters(State.Definition!),
                Owner = State.Owner,
                Revision = State.Revision,
                StateJson = State.StateJson,
            },
            Retire: false);
    }

    private TimeSpan IdleTime(ActorDefinition definition) =>
        Exclusive ? parts.Defaults.StatefulIdleTime
        : definition.Hints.Contains("sync") ? parts.Defaults.SyncIdleTime
        : parts.Defaults.IdleTime;

    private WorkerSnapshot Row(WorkerRef worker, WorkerStatus status) => new()
    {
        Id = worker.WorkerId,
        Actor = key,
        Status = status,
        Image = State.Definition!.Image,
        Revision = worker.Revision,
        Location = worker.Location,
        ContainerId = worker.WorkerId,
        HostId = worker.Host,
        HostIp = worker.HostIp,
        CreateTime = parts.Time.GetUtcNow(),
        LastHealthCheckTime = parts.Time.GetUtcNow(),
    };
}
