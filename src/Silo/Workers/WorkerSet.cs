using System.Collections.Concurrent;

namespace Abaco.Silo.Workers;

/// <summary>The workers of this process, each with the task that it is. Thread-safe.</summary>
internal sealed class WorkerSet(ILogger log, CancellationToken leave)
{
    private readonly ConcurrentDictionary<Worker, Task> _workers = [];

    /// <summary>What each of them holds now.</summary>
    public IReadOnlyCollection<Holding> Holdings => [.. _workers.Keys.Select(worker => worker.Holding)];

    /// <summary>How many hold a lease.</summary>
    public int Busy => _workers.Keys.Count(worker => worker.IsBusy);

    /// <summary>How many hold a slot, by actor key.</summary>
    public IReadOnlyDictionary<string, int> SlotsByActor =>
        _workers.Keys.Where(worker => worker.HoldsSlot).GroupBy(worker => worker.ActorKey).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Starts a worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="work">What it does; when that ends, the worker is gone.</param>
    public void Start(Worker worker, Func<Worker, Task> work)
    {
        var registered = new TaskCompletionSource();
        _workers[worker] = FollowAsync(worker, work, registered.Task);
        registered.SetResult();
    }

    /// <summary>Stops a running execution by force.</summary>
    public void Stop(string actor, string executionId)
    {
        foreach (var worker in _workers.Keys)
            if (worker.ActorKey == actor)
                worker.Stop(executionId);
    }

    /// <summary>Stops an execution by force, whosever it is.</summary>
    public void Stop(string executionId)
    {
        foreach (var worker in _workers.Keys)
            worker.Stop(executionId);
    }

    /// <summary>Waits until all that are there now have ended.</summary>
    public Task WhenAllAsync() => Task.WhenAll(_workers.Values);

    private async Task FollowAsync(Worker worker, Func<Worker, Task> work, Task registered)
    {
        await registered;
        await Task.Yield();
        try
        {
            await work(worker);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            // Left to the next process.
        }
        catch (Exception exception)
        {
            log.WorkerFailed(exception, worker.ActorKey);
        }
        finally
        {
            _workers.TryRemove(worker, out _);
        }
    }
}
