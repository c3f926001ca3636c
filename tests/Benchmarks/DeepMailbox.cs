using System.Diagnostics;
using Abaco.Actors;
using Abaco.Executions;
using Abaco.Store;
using Abaco.Store.Sqlite;

namespace Abaco.Benchmarks;

/// <summary>One actor's mailbox on a store that was filled before, worked as its grain does: one thread of decisions, many takes under way.</summary>
internal sealed class DeepMailbox : IAsyncDisposable
{
    private const int MostIds = 50_000;

    private const string Ended = """
        INSERT INTO executions (actor, execution_id, sequence, generation, status, attempt, received, taken, started, finished, exit_code, kind,
            content_type, executor, api_server, final_state, message)
        VALUES ($actor, $execution, $sequence, 0, 2, 1, 1, 1, 1, 1, 0, 0, 'str', 'anonymous', 'http://127.0.0.1:8000', '{"Status":"exited"}', 'an ended one')
        """;

    private const string Waiting = """
        INSERT INTO executions (actor, execution_id, sequence, generation, status, received, kind, content_type, executor, api_server, message)
        VALUES ($actor, $execution, $sequence, 0, 0, 1, 0, 'str', 'anonymous', 'http://127.0.0.1:8000',
            'a message of the benchmark, some sixty characters long, as text')
        """;

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

    /// <summary>Gives an actor that nobody serves now so many ended executions and so many waiting messages.</summary>
    /// <returns>Ids of some of the ended ones, spread over all.</returns>
    public static string[] Fill(string folder, string actor, int count)
    {
        using var session = SqliteSession.OpenWriter(Path.Combine(folder, "abaco.db"));
        // All pages that change stay in memory until the commit; spilled ones would be written again and again, for ids come in no order.
        session.Execute("PRAGMA cache_size = -2000000");
        session.Execute("BEGIN");
        string[] ended = [.. Enumerable.Range(1, count).Select(i => Insert(session, Ended, actor, i))];
        for (var i = 1; i <= count; i++)
            Insert(session, Waiting, actor, count + i);
        session.Prepare("UPDATE actors SET waiting = $count, last_sequence = 2 * $count, total_executions = 2 * $count WHERE actor = $actor")
            .Set("$count", count).Set("$actor", actor).Run();
        session.Execute("COMMIT");
        session.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        Random.Shared.Shuffle(ended);
        return ended.Length > MostIds ? ended[..MostIds] : ended;
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
                (_, taken) = await _dispatcher.FinishAsync(OutcomeOf(taken.Lease), more ? worker : null, more ? "host" : null, exclusive: false);
                if (more && taken is null)
                    throw new InvalidOperationException("The mailbox is empty before the measurement is over.");
            }

            return worker;
        })));
        return Stopwatch.GetElapsedTime(begun).TotalMicroseconds / count;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static string Insert(SqliteSession session, string sql, string actor, long sequence)
    {
        var id = HashIds.New();
        session.Prepare(sql).Set("$actor", actor).Set("$execution", id).Set("$sequence", sequence).Run();
        return id;
    }

    private static OutcomeRow OutcomeOf(LeaseRow lease)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new OutcomeRow(
            lease.ExecutionId, lease.Attempt, ExecutionStatus.Complete, new Ending.Exited(0, """{"Status":"exited"}""", 1, 1, now, now), null, false, false, now);
    }

    private Task<T> Turn<T>(Func<Task<T>> action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, _turns.ExclusiveScheduler).Unwrap();
}
