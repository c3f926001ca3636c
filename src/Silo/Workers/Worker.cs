using System.Text.Json;
using Abaco.Configs;
using Abaco.Executions;
using Abaco.Store;
using Abaco.Workers;

namespace Abaco.Silo.Workers;

/// <summary>
/// One worker: a plain object of its host that runs one actor's messages, one container at a time. It begins with a slot, gives it up while idle, and ends
/// when it is not wanted, when it was idle long enough, or when another actor below its fair share waits. A crash of the process ends it; its lease stands
/// in the execution's row and is taken up by whoever speaks for the host next.
/// </summary>
internal sealed class Worker(
    HostContext host, string? queue, string actorKey, bool holdsSlot, CancellationToken stopping, CancellationToken leave)
{
    private readonly IActorWork _actor = host.Grains.GetGrain<IActorWork>(actorKey);
    private readonly Retry _retry = new(host.Time, host.Log, leave);
    private WorkerRef _self = host.NewWorker();
    private volatile Run? _run;
    private volatile bool _asking;
    private bool _holdsSlot = holdsSlot;

    /// <summary>The actor it works for.</summary>
    public string ActorKey => actorKey;

    /// <summary>Whether it holds a slot.</summary>
    public bool HoldsSlot => _holdsSlot;

    /// <summary>Whether it holds a lease.</summary>
    public bool IsBusy => _run is not null;

    /// <summary>What it holds now.</summary>
    public Holding Holding
    {
        get
        {
            // The question first: a lease that comes between the two looks is then still known as asked for.
            var asking = _asking;
            var run = _run;
            return new Holding(_self.WorkerId, run?.ExecutionId, run?.Attempt ?? 0, asking);
        }
    }

    /// <summary>Stops the execution by force if this worker runs it.</summary>
    public void Stop(string executionId)
    {
        if (_run is { } run && run.ExecutionId == executionId)
            run.Stop.Cancel();
    }

    /// <summary>Works until it ends; the slot is free then. Never throws but when left.</summary>
    public async Task RunAsync()
    {
        try
        {
            var assignment = await _retry.UntilDoneAsync(() => _actor.JoinAsync(_self));
            if (assignment is null)
                return;
            _self = _self with { Revision = assignment.Revision };
            if (await PrepareAsync(assignment))
                await ServeAsync(assignment.IdleTime);
        }
        finally
        {
            GiveUpSlot();
        }
    }

    /// <summary>
    /// Takes up a lease under its worker's name: one of an earlier process, or one whose grant never arrived. A container that stands is seen to its end;
    /// one that was never made is made now.
    /// </summary>
    public async Task ResumeAsync(LeaseRow lease)
    {
        _self = _self with { WorkerId = lease.Worker, Host = lease.Host };
        try
        {
            var answer = await AskAsync(() => _actor.TakeAsync(_self));
            if (answer.Order is { } order && order.Execution.ExecutionId == lease.ExecutionId && order.Attempt == lease.Attempt)
            {
                _self = _self with { Revision = order.Revision };
                await _retry.UntilDoneAsync(() => _actor.ReadyAsync(_self));
                await FinishAsync(order, await RunOneAsync(order, mustStand: lease.ContainerId is not null), takeNext: false);
            }
            else
            {
                _run = null;
                host.Runtime.Release(new ContainerKey(lease.Host, lease.ExecutionId, lease.Attempt));
            }

            await _retry.UntilDoneAsync(() => _actor.LeftAsync(_self));
        }
        finally
        {
            GiveUpSlot();
        }
    }

    private async Task<bool> PrepareAsync(Assignment assignment)
    {
        try
        {
            var progress = new PullProgress(text => _actor.ReportAsync(_self, text));
            await host.Runtime.EnsureImageAsync(assignment.Image, assignment.Pull, progress, stopping);
            await _retry.UntilDoneAsync(() => _actor.ReadyAsync(_self));
            return true;
        }
        catch (ImageUnavailableException exception)
        {
            await _retry.UntilDoneAsync(() => _actor.CannotStartAsync(_self, exception.Message, exception.Permanent));
        }
        catch (EngineUnavailableException exception)
        {
            host.EngineAway(exception);
            await _retry.UntilDoneAsync(() => _actor.LeftAsync(_self));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await _retry.UntilDoneAsync(() => _actor.LeftAsync(_self));
        }

        return false;
    }

    private async Task ServeAsync(TimeSpan idleTime)
    {
        try
        {
            var idleSince = host.Time.GetTimestamp();
            while (!stopping.IsCancellationRequested)
            {
                var worked = await WorkAsync();
                if (worked is null)
                    return;
                if (worked is true)
                    idleSince = host.Time.GetTimestamp();
                GiveUpSlot();
                if (!await IdleAsync(idleSince, idleTime))
                    return;
            }
        }
        finally
        {
            if (!leave.IsCancellationRequested)
                await _retry.UntilDoneAsync(() => _actor.LeftAsync(_self));
        }
    }

    /// <summary>Takes and runs messages while there are some.</summary>
    /// <returns>Whether any was run; null: the worker is to end.</returns>
    private async Task<bool?> WorkAsync()
    {
        var answer = await AskAsync(() => _actor.TakeAsync(_self));
        var worked = false;
        while (answer.Order is { } order)
        {
            worked = true;
            var ending = await RunOneAsync(order, mustStand: false);
            var yields = stopping.IsCancellationRequested || ending is Ending.CannotStart || await ShouldYieldAsync();
            answer = await FinishAsync(order, ending, !yields);
            if (yields && answer.Order is null)
                return null;
        }

        return answer.Retire ? null : worked;
    }

    /// <summary>Records the outcome, however long that takes; only then the container and its files may go.</summary>
    private async Task<TakeAnswer> FinishAsync(WorkOrder order, Ending ending, bool takeNext)
    {
        var ended = new AttemptEnded(order.Execution.ExecutionId, order.Attempt, ending);
        var answer = await AskAsync(() => _actor.FinishAndTakeAsync(_self, ended, takeNext));
        host.Runtime.Release(KeyOf(order));
        return answer;
    }

    /// <summary>A call that changes what this worker holds: it is noted before the answer counts as arrived.</summary>
    private async Task<TakeAnswer> AskAsync(Func<Task<TakeAnswer>> ask)
    {
        _asking = true;
        var answer = await _retry.UntilDoneAsync(ask);
        _run = answer.Order is { } order ? new Run(order.Execution.ExecutionId, order.Attempt) : null;
        _asking = false;
        return answer;
    }

    private async Task<Ending> RunOneAsync(WorkOrder order, bool mustStand)
    {
        var run = _run!;
        try
        {
            // What stands already has its environment.
            var configs = mustStand ? "{}" : await _retry.UntilDoneAsync(() => host.Configs.ReadAsync(order.Execution.Actor));
            var container = host.Orders.Make(order, _self, host.Engine, host.Bodies, configs) with { MustStand = mustStand };
            var report = new ExecutionReport(order, host, _retry);
            var ending = await host.Runtime.RunAsync(container, report, run.Stop.Token, leave);
            await report.CommitAsync(ending);
            return ending;
        }
        catch (SecretUnreadableException exception)
        {
            return new Ending.CannotStart(exception.Message, Permanent: false);
        }
        catch (AbacoException refusal)
        {
            // The environment has grown too large: what Linux says to that ("argument list too long") is an end of the program, not of the actor.
            return CannotExecute(refusal.Message);
        }
        catch (Exception exception) when (!leave.IsCancellationRequested)
        {
            // The next attempt may begin elsewhere at once: this one's container must be gone before.
            host.Log.WorkerFailed(exception, actorKey);
            await host.Runtime.RemoveAsync(KeyOf(order), leave);
            return new Ending.Lost($"its worker failed: {exception.Message}");
        }
    }

    private ContainerKey KeyOf(WorkOrder order) => new(_self.Host, order.Execution.ExecutionId, order.Attempt);

    private Ending.Exited CannotExecute(string reason)
    {
        var now = host.Time.GetUtcNow();
        var state = JsonSerializer.Serialize(new { Status = "created", Running = false, ExitCode = 126, Error = reason });
        return new Ending.Exited(126, state, 0, 0, now, now);
    }

    private async Task<bool> IdleAsync(long idleSince, TimeSpan idleTime)
    {
        while (host.Time.GetElapsedTime(idleSince) < idleTime && !stopping.IsCancellationRequested)
        {
            switch (await WaitForWorkAsync())
            {
                case IdleAdvice.Retire:
                    return false;
                case IdleAdvice.Take:
                    // No slot is free: the actor's wish goes to the queue, which knows all hosts and whose turn it is.
                    _holdsSlot = host.Slots.TryAcquire();
                    return _holdsSlot;
            }
        }

        return false;
    }

    private async Task<IdleAdvice> WaitForWorkAsync()
    {
        try
        {
            return await _actor.WaitForWorkAsync(_self, stopping).WaitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return IdleAdvice.Retire;
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException or AbacoException)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), host.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return IdleAdvice.Wait;
        }
    }

    private async Task<bool> ShouldYieldAsync()
    {
        try
        {
            return await host.Grains.GetGrain<ICommandQueueGrain>(queue!).ShouldYieldAsync(actorKey);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return false;
        }
    }

    private void GiveUpSlot()
    {
        if (!_holdsSlot)
            return;
        _holdsSlot = false;
        host.Slots.Release();
    }

    /// <summary>What runs now and how to stop it. The source is never disposed, since a command may come at any time; it holds nothing but memory.</summary>
    private sealed record Run(string ExecutionId, int Attempt)
    {
        public CancellationTokenSource Stop { get; } = new();
    }
}
