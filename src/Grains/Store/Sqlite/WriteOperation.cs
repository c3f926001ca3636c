namespace Abaco.Store.Sqlite;

/// <summary>Something to do in a transaction of the writer. It may run more than once (its batch failed); it is answered once, after the commit.</summary>
/// <param name="bytes">Its weight in the queue.</param>
internal abstract class WriteOperation(long bytes)
{
    /// <summary>Its weight in the queue.</summary>
    public long Bytes => bytes;

    /// <summary>Does it, without answering.</summary>
    /// <param name="session">The writer's session, in a transaction.</param>
    public abstract void Run(SqliteSession session);

    /// <summary>Answers with what the last run returned.</summary>
    public abstract void Complete();

    /// <summary>Answers that it was not done.</summary>
    /// <param name="exception">Why.</param>
    public abstract void Fail(Exception exception);
}

/// <inheritdoc/>
/// <typeparam name="T">What it returns.</typeparam>
internal sealed class WriteOperation<T>(long bytes, Func<SqliteSession, T> run) : WriteOperation(bytes)
{
    // Asynchronously: what the caller does next must not run on the writer's thread.
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    /// <summary>Ends when it is durable.</summary>
    public Task<T> Task => completion.Task;

    /// <inheritdoc/>
    public override void Run(SqliteSession session) => result = run(session);

    /// <inheritdoc/>
    public override void Complete() => completion.TrySetResult(result);

    /// <inheritdoc/>
    public override void Fail(Exception exception) => completion.TrySetException(exception);
}
