using System.Collections.Concurrent;
using Abaco.Silo.Hosting;
using Abaco.Store;
using Abaco.Workers;
using Microsoft.Extensions.Options;

namespace Abaco.Silo.Workers;

/// <summary>
/// The worker host of this silo: waits for the engine, takes a host number, clears what an earlier process of that host left, then pulls: for each served
/// queue it asks for an actor when a slot is free and starts a worker for it. Stopping has two steps: take no more work, then end what runs; containers that
/// do not end within the grace are left running, to be found by the next process.
/// </summary>
internal sealed class WorkerHost(
    IContainerRuntime runtime,
    IGrainFactory grains,
    IMailboxStore mailbox,
    IWorkerStore workerRows,
    IBodyStore bodies,
    IStoreControl store,
    OrderRules orders,
    DataDirectory data,
    ILocalSiloDetails silo,
    IOptions<SiloSettings> settings,
    IOptions<WorkersOptions> options,
    HostReadiness readiness,
    TimeProvider time,
    ILogger<WorkerHost> log) : BackgroundService
{
    private static readonly TimeSpan EnginePause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CommandPeriod = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<Worker, Task> _workers = [];
    private readonly CancellationTokenSource _leave = new();
    private HostNumber? _number;
    private volatile bool _engineAway;

    /// <summary>Stops a running execution by force.</summary>
    public void StopExecution(string actor, string executionId)
    {
        foreach (var worker in _workers.Keys)
            if (worker.ActorKey == actor)
                worker.Stop(executionId);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        readiness.Set("the worker host is shutting down");
        await base.StopAsync(cancellationToken);
        var grace = settings.Value.ShutdownGrace;
        var running = _workers.Keys.Count(worker => worker.HoldsSlot);
        if (running > 0)
            log.Draining(running, grace.TotalSeconds);
        await WhenAll(_workers.Values, grace, cancellationToken);
        running = _workers.Keys.Count(worker => worker.HoldsSlot);
        if (running > 0)
            log.LeftRunning(running, _number?.HostId ?? "");
        await _leave.CancelAsync();
        await WhenAll(_workers.Values, TimeSpan.FromSeconds(5), cancellationToken);
        await runtime.DrainAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _number?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var engine = await ConnectAsync(stoppingToken);
        _number = HostNumber.Acquire(data.Path, engine.EngineId);
        runtime.Bind(store.ClusterId, _number.HostId);
        var slots = new Slots(settings.Value.Slots);
        var context = new HostContext(
            _number.HostId, engine, runtime, slots, grains, bodies, orders, options.Value, silo.SiloAddress,
            silo.SiloAddress.Endpoint.Address.ToString(), time, log, EngineAway);
        await TakeOverAsync(context, stoppingToken);
        log.HostReady(_number.HostId, string.Join(", ", settings.Value.ServedQueues), slots.Count, engine.Location);
        readiness.Set(null);
        await Task.WhenAll([ReadCommandsAsync(stoppingToken), .. settings.Value.ServedQueues.Select(queue => PullAsync(queue, context, stoppingToken))]);
    }

    private async Task<EngineFacts> ConnectAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await runtime.ConnectAsync(stopping);
            }
            catch (EngineUnavailableException exception)
            {
                readiness.Set(exception.Message);
                log.EngineAway(EnginePause.TotalSeconds, exception.Message);
                await Task.Delay(EnginePause, time, stopping);
            }
        }
    }

    /// <summary>
    /// Takes up what an earlier process of this host left: leases that stand are resumed, each with its container if there is one; containers and files
    /// without a lease are removed.
    /// </summary>
    private async Task TakeOverAsync(HostContext context, CancellationToken stopping)
    {
        var retry = new Retry(time, log, stopping);
        var leases = await retry.UntilDoneAsync(() => mailbox.ListLeasesAsync(context.HostId));
        var removed = await runtime.RemoveLeftoversAsync(leases.Select(lease => $"{lease.ExecutionId}-{lease.Attempt}").ToHashSet(), stopping);
        await retry.UntilDoneAsync(() => workerRows.RemoveHostAsync(context.HostId));
        foreach (var lease in leases)
        {
            await context.Slots.AcquireAsync(stopping);
            Start(new Worker(context, null, lease.Actor, stopping, _leave.Token), worker => worker.ResumeAsync(lease));
        }

        if (removed + leases.Count > 0)
            log.TookOver(context.HostId, leases.Count, removed);
    }

    private async Task PullAsync(string queue, HostContext context, CancellationToken stopping)
    {
        var grain = grains.GetGrain<ICommandQueueGrain>(queue);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (_engineAway)
                    await ReconnectAsync(stopping);
                await context.Slots.AcquireAsync(stopping);
                context.Slots.Release();
                var actor = await grain.NextAsync(Report(context), stopping).WaitAsync(stopping);
                if (actor is not null)
                    await StartAsync(queue, actor, context, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception) when (exception is TimeoutException or OrleansException or AbacoException)
            {
                log.QueueAway(queue, exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await grain.HostLeftAsync(context.HostId).WaitAsync(TimeSpan.FromSeconds(2), time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task StartAsync(string queue, string actor, HostContext context, CancellationToken stopping)
    {
        await context.Slots.AcquireAsync(stopping);
        Start(new Worker(context, queue, actor, stopping, _leave.Token), worker => worker.RunAsync());
    }

    private void Start(Worker worker, Func<Worker, Task> work)
    {
        var registered = new TaskCompletionSource();
        _workers[worker] = FollowAsync(worker, work, registered.Task);
        registered.SetResult();
    }

    private async Task FollowAsync(Worker worker, Func<Worker, Task> work, Task registered)
    {
        await registered;
        await Task.Yield();
        try
        {
            await work(worker);
        }
        catch (OperationCanceledException) when (_leave.IsCancellationRequested)
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

    private void EngineAway(EngineUnavailableException exception)
    {
        _engineAway = true;
        readiness.Set(exception.Message);
    }

    private async Task ReconnectAsync(CancellationToken stopping)
    {
        await ConnectAsync(stopping);
        _engineAway = false;
        readiness.Set(null);
    }

    /// <summary>Reads stop commands from the store, so that one whose hurried call was lost is carried out within 5 s.</summary>
    private async Task ReadCommandsAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(CommandPeriod, time);
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
        {
            try
            {
                foreach (var lease in await mailbox.ListLeasesAsync(_number!.HostId))
                    if (lease.StopRequested)
                        StopExecution(lease.Actor, lease.ExecutionId);
            }
            catch (AbacoException exception)
            {
                log.CommandsAway(exception.Message);
            }
        }
    }

    private HostReport Report(HostContext context) => new(
        context.HostId,
        context.Slots.Count,
        _workers.Keys.Where(worker => worker.HoldsSlot).GroupBy(worker => worker.ActorKey).ToDictionary(group => group.Key, group => group.Count()));

    private async Task WhenAll(IEnumerable<Task> tasks, TimeSpan longest, CancellationToken cancellationToken) =>
        await Task.WhenAll(tasks).WaitAsync(longest, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
