using Abaco.Executions;
using Abaco.Messages;

namespace Abaco.Store.Sqlite;

/// <summary>The mailbox on SQLite: each method is one operation of the writer or of a reader.</summary>
internal sealed class SqliteMailboxStore(SqliteWriter writer, SqliteReaders readers) : IMailboxStore
{
    /// <inheritdoc/>
    public Task<MailboxOpening?> OpenAsync(string actor) => writer.WriteAsync(session => MailboxAdmission.Open(session, actor));

    /// <inheritdoc/>
    public async Task<bool> AdmitAsync(long epoch, MessageRow row) =>
        await writer.WriteAsync(session => MailboxAdmission.Admit(session, epoch, row), Weight(row)) switch
        {
            Admission.BodyMissing => throw MessageRules.BodyMissing(),
            var admission => admission is Admission.Written or Admission.Earlier,
        };

    /// <inheritdoc/>
    public Task<AdmitResult> AdmitAsync(long epoch, IReadOnlyList<MessageRow> rows, KeyRow? key) =>
        writer.WriteAsync(session => KeyedAdmission.Admit(session, epoch, rows, key), rows.Sum(Weight));

    /// <inheritdoc/>
    public Task<AdmitResult?> FindKeyAsync(string actor, KeyRow key) => readers.ReadAsync(session => KeyedAdmission.Find(session, actor, key));

    /// <inheritdoc/>
    public Task<int> ExpireKeysAsync(DateTimeOffset now, int limit) => writer.WriteAsync(session => KeyedAdmission.Expire(session, now, limit));

    /// <inheritdoc/>
    public Task<IReadOnlyList<PendingMessage>> ReadPendingAsync(string actor, long after, long through, int limit) =>
        readers.ReadAsync(session => MailboxReads.ReadPending(session, actor, after, through, limit));

    /// <inheritdoc/>
    public Task<TakeResult> TakeAsync(string actor, long epoch, TakeRequest take) =>
        writer.WriteAsync(session => MailboxLeases.Take(session, actor, epoch, take));

    /// <inheritdoc/>
    public Task<FinishResult> FinishAndTakeAsync(string actor, long epoch, OutcomeRow outcome, TakeRequest? next) =>
        writer.WriteAsync(
            session => MailboxLeases.FinishAndTake(session, actor, epoch, outcome, next),
            2L * ((outcome.Exited?.FinalStateJson.Length ?? 0) + (outcome.Cause?.Length ?? 0)));

    /// <inheritdoc/>
    public Task NoteContainerAsync(string actor, string executionId, int attempt, string containerId, DateTimeOffset? started) =>
        writer.WriteAsync(session => MailboxLeases.NoteContainer(session, actor, executionId, attempt, containerId, started));

    /// <inheritdoc/>
    public Task<ExecutionRow?> RequestStopAsync(string actor, string executionId) =>
        writer.WriteAsync(session => MailboxLeases.RequestStop(session, actor, executionId));

    /// <inheritdoc/>
    public Task<bool> PurgeAsync(string actor, long epoch, long through) =>
        writer.WriteAsync(session => MailboxAdmission.Purge(session, actor, epoch, through));

    /// <inheritdoc/>
    public Task<bool> RecordAsync(long epoch, MessageRow row, TimeSpan runtime, long cpuNanoseconds, long ioBytes) =>
        writer.WriteAsync(session => MailboxAdmission.Record(session, epoch, row, runtime, cpuNanoseconds, ioBytes), Weight(row));

    /// <inheritdoc/>
    public Task<ExecutionRow?> GetAsync(string actor, string executionId) =>
        readers.ReadAsync(session => MailboxReads.Get(session, actor, executionId));

    /// <inheritdoc/>
    public Task<ExecutionList> ListAsync(string actor, int limit) => readers.ReadAsync(session => MailboxReads.List(session, actor, limit));

    /// <inheritdoc/>
    public Task<IReadOnlyList<LeaseRow>> ListLeasesAsync(string host) => readers.ReadAsync(session => MailboxReads.ListLeases(session, host));

    private static long Weight(MessageRow row) =>
        2L * (row.Message.Text.Length + row.Message.Parameters.Sum(parameter => parameter.Key.Length + parameter.Value.Length));
}
