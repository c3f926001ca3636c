using System.Collections.Concurrent;

namespace Abaco.Store.Sqlite;

/// <summary>A few threads that read, each with its own connection. A read that begins after a write was answered sees it.</summary>
internal sealed class SqliteReaders : IDisposable
{
    private const int UsualQueue = 16_384;

    private readonly BlockingCollection<Action<SqliteSession>> queue;
    private readonly List<Thread> threads = [];

    /// <summary>Starts the threads.</summary>
    /// <param name="open">Opens a reader's session.</param>
    /// <param name="count">How many threads.</param>
    /// <param name="longestQueue">Most reads that wait; more are refused.</param>
    public SqliteReaders(Func<SqliteSession> open, int count, int longestQueue = UsualQueue)
    {
        queue = new BlockingCollection<Action<SqliteSession>>(longestQueue);
        for (var number = 1; number <= count; number++)
        {
            var session = open();
            var thread = new Thread(() => Loop(session)) { IsBackground = true, Name = $"abaco store reader {number}" };
            threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Reads, all of it from one moment's state.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="read">Reads.</param>
    /// <returns>What was read.</returns>
    public Task<T> ReadAsync<T>(Func<SqliteSession, T> read)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            return queue.TryAdd(session => Read(session, read, completion))
                ? completion.Task
                : Task.FromException<T>(AbacoException.Unavailable("The store has too many reads waiting; try again soon."));
        }
        catch (InvalidOperationException)
        {
            return Task.FromException<T>(AbacoException.Unavailable("The store is closing."));
        }
    }

    /// <summary>Accepts no more, answers what is queued, closes.</summary>
    public void Dispose()
    {
        queue.CompleteAdding();
        foreach (var thread in threads)
            thread.Join();
        queue.Dispose();
    }

    private static void Read<T>(SqliteSession session, Func<SqliteSession, T> read, TaskCompletionSource<T> completion)
    {
        try
        {
            session.Prepare("BEGIN").Run();
            T value;
            try
            {
                value = read(session);
            }
            finally
            {
                session.RollBack();
            }

            completion.TrySetResult(value);
        }
        catch (Exception exception)
        {
            completion.TrySetException(SqliteFailures.IsEnvironment(exception) ? SqliteFailures.Unavailable(exception) : exception);
        }
    }

    private void Loop(SqliteSession session)
    {
        foreach (var read in queue.GetConsumingEnumerable())
            read(session);
        session.Dispose();
    }
}
