using Abaco.Configs;
using Abaco.Silo.Hosting;
using Abaco.Store;
using Abaco.Workers;
using Microsoft.Extensions.Options;

namespace Abaco.Silo.Workers;

/// <summary>
/// The worker host of this silo: waits for the engine, takes a host number, takes up what an earlier process of that host left, then pulls: for each served
/// queue it asks for an actor when a slot is free and starts a worker for it. Stopping has two steps: take no more work, then end what runs, while the API
/// still serves it; containers that do not end within the grace are left running, to be found by the next process.
/// </summary>
internal sealed class WorkerHost(
    IContainerRuntime runtime,
    IGrainFactory grains,
    IMailboxStore mailbox,
    IHostStore hosts,
    IWorkerStore workerRows,
    IBodyStore bodies,
    IStoreControl store,
    OrderRules orders,
    ActorConfigs configs,
    DataDirectory data,
    ILocalSiloDetails silo,
    IOptions<SiloSettings> settings,
    IOptions<WorkersOptions> options,
    HostReadiness readiness,
    TimeProvider time,
    ILogger<WorkerHost> log) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan EnginePause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EnginePatience = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _leave = new();
    private WorkerSet? _workers;
    private HostDuty? _duty;
    private Task _running = Task.CompletedTask;
    private volatile bool _engineAway;

    /// <summary>Stops a running execution by force.</summary>
    public void StopExecution(string actor, string executionId) => _workers?.Stop(actor, executionId);

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _workers = new WorkerSet(log, _leave.Token);
        _running = RunAsync(_workers, _stopping.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Drains: before any other part of the process stops, since what runs may still call the API and its outcome needs the grains.</summary>
    /// <param name="cancellationToken">The process's own patience is over.</param>
    /// <returns>When everything has ended or was left.</returns>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.Set("the worker host is shutting down");
        await _stopping.CancelAsync();
        var grace = settings.Value.ShutdownGrace;
        if (_workers is not { } workers)
            return;
        if (workers.Busy is > 0 and var busy)
            log.Draining(busy, grace.TotalSeconds);
        await Within(workers.WhenAllAsync(), grace, cancellationToken);
        if (workers.Busy is > 0 and var left)
            log.LeftRunning(left);
        await _leave.CancelAsync();
        await Within(Task.WhenAll(workers.WhenAllAsync(), _running, runtime.DrainAsync(cancellationToken)), TimeSpan.FromSeconds(10), cancellationToken);
        _duty?.Release();
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _leave.Cancel();
        _duty?.Release();
    }

    private async Task RunAsync(WorkerSet workers, CancellationToken stopping)
    {
        try
        {
            await Task.Yield();
            var engine = await ConnectAsync(stopping);
            runtime.Bind(store.ClusterId);
            var number = HostNumber.Acquire(data.Path, engine.EngineId);
            var context = new HostContext(
                number.HostId, engine, runtime, new Slots(settings.Value.Slots), grains, bodies, orders, configs, options.Value, silo.SiloAddress,
                silo.SiloAddress.Endpoint.Address.ToString(), time, log, EngineAway);
            _duty = new HostDuty(context, workers, hosts, mailbox, workerRows, data, stopping, _leave.Token);
            await new Retry(time, log, stopping).UntilDoneAsync(() => _duty.AdoptAsync(number));
            log.HostReady(number.HostId, string.Join(", ", settings.Value.ServedQueues), context.Slots.Count, engine.Location);
            readiness.Set(null);
            await Task.WhenAll(
                [_duty.RunAsync(), WatchEngineAsync(stopping), .. settings.Value.ServedQueues.Select(queue => PullAsync(queue, context, workers, stopping))]);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process ends.
        }
        catch (Exception exception)
        {
            readiness.Set($"the worker host failed: {exception.Message}");
            log.HostFailed(exception);
        }
    }

    private async Task<EngineFacts> ConnectAsync(CancellationToken stopping)
    {
        while (true)
        {
            if (await AskEngineAsync(stopping) is { } facts)
                return facts;
            await Task.Delay(EnginePause, time, stopping);
        }
    }

    /// <summary>Asks the engine who it is; one that is frozen does not answer at all.</summary>
    private async Task<EngineFacts?> AskEngineAsync(CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(EnginePatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        try
        {
            return await runtime.ConnectAsync(either.Token);
        }
        catch (EngineUnavailableException exception)
        {
            EngineAway(exception);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            EngineAway(new EngineUnavailableException($"The Docker engine has not answered for {EnginePatience.TotalSeconds:0} s."));
        }

        return null;
    }

    private async Task PullAsync(string queue, HostContext context, WorkerSet workers, CancellationToken stopping)
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
                var report = new HostReport(context.HostId, context.Slots.Count, workers.SlotsByActor);
                if (await grain.NextAsync(report, stopping).WaitAsync(stopping) is not { } actor)
                    continue;
                await context.Slots.AcquireAsync(stopping);
                workers.Start(new Worker(context, queue, actor, holdsSlot: true, stopping, _leave.Token), worker => worker.RunAsync());
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

    /// <summary>Notices an engine that is frozen while nothing is asked of it.</summary>
    private async Task WatchEngineAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(EnginePatience, time);
        while (await timer.WaitForNextTickAsync(stopping))
            if (!_engineAway)
                await AskEngineAsync(stopping);
    }

    private void EngineAway(EngineUnavailableException exception)
    {
        if (!_engineAway)
            log.EngineAway(EnginePause.TotalSeconds, exception.Message);
        _engineAway = true;
        if (!_stopping.IsCancellationRequested)
            readiness.Set(exception.Message);
    }

    private async Task ReconnectAsync(CancellationToken stopping)
    {
        await ConnectAsync(stopping);
        _engineAway = false;
        readiness.Set(null);
    }

    private async Task Within(Task task, TimeSpan longest, CancellationToken cancellationToken) =>
        await task.WaitAsync(longest, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
