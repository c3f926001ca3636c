namespace Abaco.Store.Sqlite;

/// <summary>
/// The one thread that writes. It takes what has queued while it committed, runs that in one transaction, and answers after the commit, so that many callers
/// share one sync of the disk. A batch in which an operation fails on its data is rolled back and done again one by one, so that only the bad one fails. A crash
/// loses nothing that was answered; what was queued was not answered.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int BatchOperations = 512;
    private const long BatchBytes = 4 * 1024 * 1024;
    private const long OperationBytes = 512;
    private const int MostYields = 16;

    private readonly Func<SqliteSession> open;
    private readonly long queueBytes;
    private readonly object gate = new();
    private readonly Queue<WriteOperation> queue = new();
    private readonly Thread thread;
    private SqliteSession? session;
    private long waitingBytes;
    private bool closed;

    /// <summary>Starts the thread.</summary>
    /// <param name="open">Opens the writer's session; called again after it broke.</param>
    /// <param name="queueBytes">Bytes that may wait.</param>
    public SqliteWriter(Func<SqliteSession> open, long queueBytes)
    {
        this.open = open;
        this.queueBytes = queueBytes;
        session = open();
        thread = new Thread(Loop) { IsBackground = true, Name = "abaco store writer" };
        thread.Start();
    }

    private int Waiting
    {
        get
        {
            lock (gate)
                return queue.Count;
        }
    }

    /// <summary>Queues an operation.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="run">Does it; may be called more than once.</param>
    /// <param name="bytes">How much it carries.</param>
    /// <returns>Ends when it is durable.</returns>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> run, long bytes = 0)
    {
        var operation = new WriteOperation<T>(bytes + OperationBytes, run);
        lock (gate)
        {
            if (closed)
                return Task.FromException<T>(AbacoException.Unavailable("The store is closing."));
            if (waitingBytes > 0 && waitingBytes + operation.Bytes > queueBytes)
                return Task.FromException<T>(AbacoException.Unavailable("The store has too many writes waiting; try again soon."));
            waitingBytes += operation.Bytes;
            queue.Enqueue(operation);
            if (queue.Count == 1)
                Monitor.Pulse(gate);
        }

        return operation.Task;
    }

    /// <summary>Accepts no more, does what is queued, closes.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            Monitor.Pulse(gate);
        }

        thread.Join();
    }

    private void Loop()
    {
        var batch = new List<WriteOperation>(BatchOperations);
        while (TakeBatch(batch))
            Commit(batch);

        session?.Dispose();
    }

    private bool TakeBatch(List<WriteOperation> batch)
    {
        batch.Clear();
        lock (gate)
        {
            while (queue.Count == 0 && !closed)
                Monitor.Wait(gate);
        }

        LetGrow();
        lock (gate)
        {
            for (var bytes = 0L; batch.Count < BatchOperations && queue.TryPeek(out var next) && (batch.Count == 0 || bytes + next.Bytes <= BatchBytes);)
            {
                bytes += next.Bytes;
                batch.Add(queue.Dequeue());
            }
        }

        return batch.Count > 0;
    }

    /// <summary>
    /// Lets others run while that makes the batch larger, since a commit costs as much as many operations. On a machine that is not busy a yield returns at
    /// once and nothing is delayed; on a busy one those run who have something to write.
    /// </summary>
    private void LetGrow()
    {
        for (int round = 0, before = 0, now = Waiting; round < MostYields && now > before && now < BatchOperations; round++)
        {
            Thread.Yield();
            (before, now) = (now, Waiting);
        }
    }

    private void Commit(List<WriteOperation> batch)
    {
        var failure = TryCommit(batch);
        if (failure is null)
        {
            foreach (var operation in batch)
                Answer(operation, null);
        }
        else if (batch.Count == 1 || SqliteFailures.IsEnvironment(failure))
        {
            foreach (var operation in batch)
                Answer(operation, SqliteFailures.IsEnvironment(failure) ? SqliteFailures.Unavailable(failure) : failure);
        }
        else
        {
            foreach (var operation in batch)
                Commit([operation]);
        }
    }

    private void Answer(WriteOperation operation, Exception? failure)
    {
        lock (gate)
            waitingBytes -= operation.Bytes;
        if (failure is null)
            operation.Complete();
        else
            operation.Fail(failure);
    }

    private Exception? TryCommit(List<WriteOperation> batch)
    {
        try
        {
            session ??= open();
            session.Prepare("BEGIN IMMEDIATE").Run();
            foreach (var operation in batch)
                operation.Run(session);
            session.Prepare("COMMIT").Run();
            return null;
        }
        catch (Exception exception)
        {
            RollBack();
            return exception;
        }
    }

    private void RollBack()
    {
        try
        {
            session?.RollBack();
        }
        catch (Exception)
        {
            // The connection is broken: its transaction ends with it, and the next batch opens another.
            session?.Dispose();
            session = null;
        }
    }
}
