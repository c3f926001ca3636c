using Abaco.Executions;
using Abaco.Store;

namespace Abaco.Grains.Tests.Actors;

/// <summary>A mailbox store whose next call of a method can be held or made to fail, before it reaches the store or after the store has done it.</summary>
internal sealed class GatedMailboxStore(IMailboxStore inner) : IMailboxStore
{
    private readonly Dictionary<string, Func<bool, Task>> _next = [];

    /// <summary>Holds the next call of a method until the source is completed.</summary>
    public TaskCompletionSource Hold(string method, bool done)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _next[method] = after => after == done ? gate.Task : Task.CompletedTask;
        return gate;
    }

    /// <summary>Lets the next call of a method fail.</summary>
    public void Fail(string method, Exception exception, bool done) =>
        _next[method] = after => after == done ? Task.FromException(exception) : Task.CompletedTask;

    public Task<MailboxOpening?> OpenAsync(string actor) => CallAsync(nameof(OpenAsync), () => inner.OpenAsync(actor));

    public Task<bool> AdmitAsync(long epoch, MessageRow row) => CallAsync(nameof(AdmitAsync), () => inner.AdmitAsync(epoch, row));

    public Task<AdmitResult> AdmitAsync(long epoch, IReadOnlyList<MessageRow> rows, KeyRow? key) =>
        CallAsync("AdmitBatchAsync", () => inner.AdmitAsync(epoch, rows, key));

    public Task<AdmitResult?> FindKeyAsync(string actor, KeyRow key) => inner.FindKeyAsync(actor, key);

    public Task<int> ExpireKeysAsync(DateTimeOffset now, int limit) => inner.ExpireKeysAsync(now, limit);

    public Task<IReadOnlyList<PendingMessage>> ReadPendingAsync(string actor, long after, long through, int limit) =>
        CallAsync(nameof(ReadPendingAsync), () => inner.ReadPendingAsync(actor, after, through, limit));

    public Task<TakeResult> TakeAsync(string actor, long epoch, TakeRequest take) => CallAsync(nameof(TakeAsync), () => inner.TakeAsync(actor, epoch, take));

    public Task<FinishResult> FinishAndTakeAsync(string actor, long epoch, OutcomeRow outcome, TakeRequest? next) =>
        CallAsync(nameof(FinishAndTakeAsync), () => inner.FinishAndTakeAsync(actor, epoch, outcome, next));

    public Task<bool> PurgeAsync(string actor, long epoch, long through) => CallAsync(nameof(PurgeAsync), () => inner.PurgeAsync(actor, epoch, through));

    public Task<bool> RecordAsync(long epoch, MessageRow row, TimeSpan runtime, long cpuNanoseconds, long ioBytes) =>
        CallAsync(nameof(RecordAsync), () => inner.RecordAsync(epoch, row, runtime, cpuNanoseconds, ioBytes));

    public Task NoteContainerAsync(string actor, string executionId, int attempt, string containerId, DateTimeOffset? started) =>
        inner.NoteContainerAsync(actor, executionId, attempt, containerId, started);

    public Task<ExecutionRow?> RequestStopAsync(string actor, string executionId) => inner.RequestStopAsync(actor, executionId);

    public Task<ExecutionRow?> GetAsync(string actor, string executionId) => inner.GetAsync(actor, executionId);

    public Task<ExecutionList> ListAsync(string actor, int limit) => inner.ListAsync(actor, limit);

    public Task<IReadOnlyList<LeaseRow>> ListLeasesAsync(string host) => inner.ListLeasesAsync(host);

    private async Task<T> CallAsync<T>(string method, Func<Task<T>> call)
    {
        _next.Remove(method, out var gate);
        if (gate is not null)
            await gate(false);
        var result = await call();
        if (gate is not null)
            await gate(true);
        return result;
    }
}
