using Abaco.Store;
using Abaco.Workers;

namespace Abaco.Silo.Workers;

/// <summary>
/// Every 15 s: due schedules, expired results, logs and idempotency keys, unreferenced bodies, purged rows, and actors whose creation, update or deletion was cut in two. Each step takes small
/// batches, so that no other write waits long; what is left is done at the next round.
/// </summary>
internal sealed class Sweeper(
    IActorStore actors, IMailboxStore mailbox, IResultStore results, ILogStore logs, IBodyStore bodies, IStoreControl control, DutySweep duties,
    IGrainFactory grains, TimeProvider time, ILogger<Sweeper> log) : BackgroundService
{
    private const int Batch = 500;
    private const int MostBatches = 40;

    // 64 chunks of 256 KiB: up to 640 MB of bodies a round, 16 MB of them in one transaction.
    private const int ChunkBatch = 64;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ResultsKept = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan UploadsKept = TimeSpan.FromHours(1);
    private static readonly TimeSpan HalfMadeGrace = TimeSpan.FromSeconds(10);

    /// <summary>One round.</summary>
    public async Task RunOnceAsync()
    {
        var now = time.GetUtcNow();
        var expired = await BatchesAsync(() => results.ExpireAsync(now - ResultsKept, Batch));
        var oldLogs = await BatchesAsync(() => logs.ExpireAsync(now, Batch));
        var chunks = await BatchesAsync(() => bodies.SweepAsync(now - UploadsKept, ChunkBatch));
        var purged = await BatchesAsync(() => control.RemovePurgedAsync(Batch));
        await BatchesAsync(() => mailbox.ExpireKeysAsync(now, Batch));
        var settled = 0;
        foreach (var row in await actors.ListHalfMadeAsync(now - HalfMadeGrace, Batch))
            if (await grains.GetGrain<IActorWork>(row.Actor).SettleAsync())
                settled++;
        await duties.RunOnceAsync();
        if (expired + oldLogs + chunks + purged + settled > 0)
            log.Swept(expired, oldLogs, chunks, purged, settled);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await RunOnceAsync();
            }
            catch (Exception exception) when (exception is TimeoutException or OrleansException or AbacoException)
            {
                log.SweepFailed(exception.Message);
            }
        }
    }

    private static async Task<int> BatchesAsync(Func<Task<int>> remove)
    {
        var total = 0;
        for (var i = 0; i < MostBatches; i++)
        {
            var removed = await remove();
            total += removed;
            if (removed == 0)
                break;
        }

        return total;
    }
}
