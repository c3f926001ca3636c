using System.Diagnostics;
using Abaco.Actors;
using Abaco.Executions;
using Abaco.Store;
using Abaco.Store.Sqlite;

namespace Abaco.Benchmarks;

/// <summary>One actor's mailbox on a store that was filled before, worked as its grain does: one thread of decisions, many takes under way.</summary>
internal sealed class DeepMailbox : IAsyncDisposable
{
    private readonly ConcurrentExclusiveSchedulerPair _turns = new();
    private readonly AbacoStore _store;
    private readonly Dispatcher _dispatcher;

    /// <summary>Opens it and reads the first window.</summary>
    public DeepMailbox(string folder, string actor)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        _store = AbacoStore.Open(folder, new StoreOptions(), TimeProvider.System);
        _dispatcher = Turn(async () =>
        {
            var opening = await _store.Mailbox.OpenAsync(actor) ?? throw new InvalidOperationException($"There is no actor {actor}.");
            return new Dispatcher(actor, _store.Mailbox, opening);
        }).GetAwaiter().GetResult();
        TakeAsync(1, 1).GetAwaiter().GetResult();
        Bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
    }

    /// <summary>Managed memory that it holds after its window was read.</summary>
    public long Bytes { get; }

    /// <summary>Puts rows into a store that no server has open.</summary>
    public static void Fill(string folder, string sql)
    {
        using var session = SqliteSession.OpenWriter(Path.Combine(folder, "abaco.db"));
        session.Execute("BEGIN");
        session.Execute(sql);
        session.Execute("COMMIT");
        session.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>Lets workers finish and take messages.</summary>
    /// <returns>Microseconds for each.</returns>
    public async Task<double> TakeAsync(int count, int workers)
    {
        var left = count;
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(number => Turn(async () =>
        {
            var worker = $"worker{number}";
            var taken = await _dispatcher.TakeAsync(worker, "host", exclusive: false, TimeProvider.System.GetUtcNow());
            while (taken is not null)
            {
                var more = --left > 0;
                (_, taken) = await _dispatcher.FinishAsync(Ended(taken.Lease), more ? worker : null, more ? "host" : null, exclusive: false);
                if (more && taken is null)
                    throw new InvalidOperationException("The mailbox is empty before the measurement is over.");
            }

            return worker;
        })));
        return Stopwatch.GetElapsedTime(begun).TotalMicroseconds / count;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static OutcomeRow Ended(LeaseRow lease)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new OutcomeRow(
            lease.ExecutionId, lease.Attempt, ExecutionStatus.Complete, new Ending.Exited(0, """{"Status":"exited"}""", 1, 1, now, now), null, false, false, now);
    }

    private Task<T> Turn<T>(Func<Task<T>> action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, _turns.ExclusiveScheduler).Unwrap();
}
