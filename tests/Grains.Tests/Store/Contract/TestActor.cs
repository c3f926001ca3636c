using Abaco.Executions;
using Abaco.Messages;
using Abaco.Store;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>An actor of a contract test: numbers its messages and remembers its epoch as an activation does.</summary>
internal sealed class TestActor(StoreFixture fixture, string key)
{
    private long _sequence;

    public string Key => key;

    public long Epoch { get; private set; }

    private IMailboxStore Mailbox => fixture.Store.Mailbox;

    private static DateTimeOffset Now => StoreFixture.Start;

    public async Task<MailboxOpening> OpenAsync()
    {
        var opening = (await Mailbox.OpenAsync(key))!;
        (Epoch, _sequence) = (opening.Epoch, opening.LastSequence);
        return opening;
    }

    public MessageRow Row(string text = "hello", string? upload = null, long uploadBytes = 0)
    {
        var message = new MessageRequest
        {
            Kind = upload is null ? MessageKind.Text : MessageKind.Binary,
            Text = text,
            ContentType = "str",
            UploadId = upload,
            UploadBytes = uploadBytes,
        };
        return new MessageRow(key, ++_sequence, $"E{_sequence:00000}", message, "alice", "http://here", Now.AddSeconds(_sequence));
    }

    public MessageRow RowAt(long sequence)
    {
        _sequence = sequence - 1;
        return Row();
    }

    public async Task<string> AdmitAsync(string text = "hello")
    {
        var row = Row(text);
        Assert.True(await Mailbox.AdmitAsync(Epoch, row));
        return row.ExecutionId;
    }

    public async Task<List<string>> AdmitAsync(int count)
    {
        var rows = Enumerable.Range(0, count).Select(i => Row($"text {i}")).ToList();
        Assert.All(await Task.WhenAll(rows.Select(row => Mailbox.AdmitAsync(Epoch, row))), Assert.True);
        return [.. rows.Select(row => row.ExecutionId)];
    }

    public TakeRequest Wish(string id, string worker = "w1", string host = "h1") => new(id, host, worker, Now.AddHours(1));

    public Task<TakeResult> TakeAsync(string id, string worker = "w1", string host = "h1") => Mailbox.TakeAsync(key, Epoch, Wish(id, worker, host));

    public async Task<string> RunningAsync(string worker = "w1", string host = "h1")
    {
        var id = await AdmitAsync();
        Assert.NotNull((await TakeAsync(id, worker, host)).Message);
        return id;
    }

    public static OutcomeRow Completed(string id, int attempt = 1, int exitCode = 0) => new(
        id, attempt, ExecutionStatus.Complete,
        new Ending.Exited(exitCode, "{\"Status\":\"exited\"}", 1_000, 20, Now.AddHours(1), Now.AddHours(1).AddMilliseconds(1_500)),
        null, CountLoss: false, CountRetry: false, Now.AddHours(2));

    public static OutcomeRow Lost(string id, int attempt = 1) =>
        new(id, attempt, ExecutionStatus.Submitted, null, $"lost {attempt}", CountLoss: true, CountRetry: false, Now.AddHours(2));

    public Task<FinishResult> FinishAsync(OutcomeRow outcome, TakeRequest? next = null) => Mailbox.FinishAndTakeAsync(key, Epoch, outcome, next);

    public async Task<ExecutionSnapshot?> GetAsync(string id) => (await Mailbox.GetAsync(key, id))?.Snapshot;

    public async Task<List<string>> PendingAsync() =>
        [.. (await Mailbox.ReadPendingAsync(key, 0, long.MaxValue, 100_000)).Select(message => message.ExecutionId)];

    public Task<ExecutionList> ListAsync(int limit = 1_000) => Mailbox.ListAsync(key, limit);
}
