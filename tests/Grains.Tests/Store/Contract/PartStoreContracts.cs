using Abaco.Store;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>What <see cref="IBodyStore"/> promises.</summary>
public abstract class BodyStoreContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private static readonly DateTimeOffset Start = StoreFixture.Start;
    private int _uploads;

    private IBodyStore Bodies => fixture.Store.Bodies;

    [Fact]
    public async Task AppendAsync_ChunksInAnyOrderAndRepeated_AreReadByIndex()
    {
        var upload = NewUpload();
        await Bodies.AppendAsync(upload, 1, new byte[] { 3 }, Start);
        await Bodies.AppendAsync(upload, 0, new byte[] { 1, 2 }, Start);
        await Bodies.AppendAsync(upload, 0, new byte[] { 1, 2 }, Start);
        Assert.Equal([1, 2], await Bodies.ReadAsync(upload, 0));
        Assert.Equal([3], await Bodies.ReadAsync(upload, 1));
        Assert.Null(await Bodies.ReadAsync(upload, 2));
        Assert.Null(await Bodies.ReadAsync(NewUpload(), 0));

        // Counted once: a message that names three bytes finds the whole body.
        var actor = await fixture.NewActorAsync();
        Assert.True(await fixture.Store.Mailbox.AdmitAsync(actor.Epoch, actor.Row(upload: upload, uploadBytes: 3)));
    }

    [Fact]
    public async Task AppendAsync_BufferReusedAfterwards_KeepsWhatWasGiven()
    {
        var (upload, buffer) = (NewUpload(), new byte[] { 1, 2, 3 });
        var appended = Bodies.AppendAsync(upload, 0, buffer, Start);
        Array.Clear(buffer);
        await appended;
        Assert.Equal([1, 2, 3], await Bodies.ReadAsync(upload, 0));
    }

    [Fact]
    public async Task AdmitAsync_BodyMissingOrNotWhole_IsUnavailableAndWritesNothing()
    {
        var actor = await fixture.NewActorAsync();
        var upload = await UploadAsync(10);
        foreach (var (id, bytes) in new[] { (upload, 11L), (upload, 9L), (NewUpload(), 10L) })
        {
            var thrown = await Assert.ThrowsAsync<AbacoException>(() => fixture.Store.Mailbox.AdmitAsync(actor.Epoch, actor.Row(upload: id, uploadBytes: bytes)));
            Assert.Equal(RefusalKind.Unavailable, thrown.Kind);
        }

        Assert.Equal(0, (await actor.ListAsync()).TotalExecutions);
    }

    [Fact]
    public async Task AdmitAsync_RepeatedAfterItsBodyWent_IsStillWritten()
    {
        var actor = await fixture.NewActorAsync();
        var row = actor.Row(upload: await UploadAsync(10), uploadBytes: 10);
        Assert.True(await fixture.Store.Mailbox.AdmitAsync(actor.Epoch, row));
        await actor.TakeAsync(row.ExecutionId);
        await actor.FinishAsync(TestActor.Completed(row.ExecutionId));
        await DrainAsync(Start);
        Assert.True(await fixture.Store.Mailbox.AdmitAsync(actor.Epoch, row));
    }

    [Fact]
    public async Task SweepAsync_Unreferenced_GoesOnlyWhenOld()
    {
        await DrainAsync(DateTimeOffset.MaxValue);
        var upload = await UploadAsync(10);
        Assert.Equal(0, await Bodies.SweepAsync(Start, 10));
        Assert.NotNull(await Bodies.ReadAsync(upload, 0));
        Assert.Equal(1, await Bodies.SweepAsync(Start.AddSeconds(1), 10));
        Assert.Null(await Bodies.ReadAsync(upload, 0));
    }

    [Fact]
    public async Task SweepAsync_NamedByAMessage_StaysUntilThatEnds()
    {
        var actor = await fixture.NewActorAsync();
        var (first, second) = (await UploadAsync(10), await UploadAsync(10));
        var ended = actor.Row(upload: first, uploadBytes: 10);
        await fixture.Store.Mailbox.AdmitAsync(actor.Epoch, ended);
        await actor.TakeAsync(ended.ExecutionId);
        var purged = actor.Row(upload: second, uploadBytes: 10);
        await fixture.Store.Mailbox.AdmitAsync(actor.Epoch, purged);
        await Bodies.DiscardAsync(first);
        await actor.FinishAsync(TestActor.Lost(ended.ExecutionId));
        await actor.TakeAsync(ended.ExecutionId);
        await DrainAsync(Start.AddYears(1));
        Assert.NotNull(await Bodies.ReadAsync(first, 0));

        await actor.FinishAsync(TestActor.Completed(ended.ExecutionId, 2));
        await fixture.Store.Mailbox.PurgeAsync(actor.Key, actor.Epoch, purged.Sequence);
        while (await fixture.Store.Control.RemovePurgedAsync(100) > 0)
        {
        }

        await DrainAsync(DateTimeOffset.UnixEpoch);
        Assert.Null(await Bodies.ReadAsync(first, 0));
        Assert.Null(await Bodies.ReadAsync(second, 0));
    }

    [Fact]
    public async Task SweepAsync_Discarded_GoesInBatchesAndMayBeginAnew()
    {
        await DrainAsync(DateTimeOffset.MaxValue);
        var upload = NewUpload();
        for (var index = 0; index < 5; index++)
            await Bodies.AppendAsync(upload, index, new byte[] { 1 }, Start);
        await Bodies.DiscardAsync(upload);
        await Bodies.DiscardAsync(NewUpload());
        var actor = await fixture.NewActorAsync();
        await Assert.ThrowsAsync<AbacoException>(() => fixture.Store.Mailbox.AdmitAsync(actor.Epoch, actor.Row(upload: upload, uploadBytes: 5)));
        Assert.Equal((2, 2, 1, 0), (await SweepAsync(), await SweepAsync(), await SweepAsync(), await SweepAsync()));
        await Bodies.AppendAsync(upload, 0, new byte[] { 7 }, Start);
        Assert.Equal(0, await SweepAsync());
        Assert.Equal([7], await Bodies.ReadAsync(upload, 0));

        Task<int> SweepAsync() => Bodies.SweepAsync(DateTimeOffset.UnixEpoch, 2);
    }

    private string NewUpload() => $"{GetHashCode():x8}{++_uploads:x24}";

    private async Task<string> UploadAsync(int bytes)
    {
        var upload = NewUpload();
        await Bodies.AppendAsync(upload, 0, new byte[bytes], Start);
        return upload;
    }

    private async Task DrainAsync(DateTimeOffset before)
    {
        while (await Bodies.SweepAsync(before, 100) > 0)
        {
        }
    }
}

/// <summary>What <see cref="IResultStore"/> promises.</summary>
public abstract class ResultStoreContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private IResultStore Results => fixture.Store.Results;

    [Fact]
    public async Task PopAsync_OldestFirst_ThenNothing()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        byte[] largest = [.. Enumerable.Range(0, 131_072).Select(i => (byte)i)];
        foreach (var result in new byte[][] { [1], [], largest })
            await Results.AppendAsync(actor.Key, id, result);
        Assert.Equal([1], await Results.PopAsync(actor.Key, id));
        Assert.Equal(Array.Empty<byte>(), await Results.PopAsync(actor.Key, id));
        Assert.Equal(largest, await Results.PopAsync(actor.Key, id));
        Assert.Null(await Results.PopAsync(actor.Key, id));
    }

    [Fact]
    public async Task PopAsync_Concurrent_EachResultGoesToOne()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Results.AppendAsync(actor.Key, id, [(byte)i])));
        var popped = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Results.PopAsync(actor.Key, id)));
        Assert.Equal(Enumerable.Range(0, 20), popped.Where(result => result is not null).Select(result => (int)result![0]).Order());
    }

    [Fact]
    public async Task AppendAsync_NoSuchExecution_KeepsNothing()
    {
        var actor = await fixture.NewActorAsync();
        await Results.AppendAsync(actor.Key, "nothing", [1]);
        Assert.Null(await Results.PopAsync(actor.Key, "nothing"));
    }

    [Fact]
    public async Task ExpireAsync_OnlyAfterTheEnd_InBatches()
    {
        var actor = await fixture.NewActorAsync();
        var ended = await actor.RunningAsync("w1");
        var running = await actor.RunningAsync("w2");
        for (var i = 0; i < 3; i++)
            await Results.AppendAsync(actor.Key, ended, [(byte)i]);
        await Results.AppendAsync(actor.Key, running, [9]);
        Assert.Equal(0, await Results.ExpireAsync(DateTimeOffset.MaxValue, 10));
        var outcome = TestActor.Completed(ended);
        await actor.FinishAsync(outcome);
        await Results.AppendAsync(actor.Key, ended, [3]); // late, but kept as long
        Assert.Equal(0, await Results.ExpireAsync(outcome.Exited!.Finished, 10));
        Assert.Equal((2, 2, 0), (await ExpireAsync(), await ExpireAsync(), await ExpireAsync()));
        Assert.Null(await Results.PopAsync(actor.Key, ended));
        Assert.Equal([9], await Results.PopAsync(actor.Key, running));

        Task<int> ExpireAsync() => Results.ExpireAsync(outcome.Now.AddSeconds(1), 2);
    }

    [Fact]
    public async Task RemovePurgedAsync_LostThenPurged_TakesItsResultsToo()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await Results.AppendAsync(actor.Key, id, [1]);
        await actor.FinishAsync(TestActor.Lost(id));
        await fixture.Store.Mailbox.PurgeAsync(actor.Key, actor.Epoch, 1);
        while (await fixture.Store.Control.RemovePurgedAsync(10) > 0)
        {
        }

        Assert.Null(await Results.PopAsync(actor.Key, id));
    }
}

/// <summary>What <see cref="ILogStore"/> promises.</summary>
public abstract class LogStoreContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private static readonly DateTimeOffset Start = StoreFixture.Start;

    private ILogStore Logs => fixture.Store.Logs;

    public static TheoryData<string> Texts =>
        ["", "line\nline\n", "é 漢字 \U0001f600", "\ufeffbegins with a mark", "nul \0 inside", "\u001b[31mred\r", string.Concat(Enumerable.Repeat("0123456789é", 90_000))];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task CommitAsync_Text_ReadsBackTheSame(string text)
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await Logs.CommitAsync(actor.Key, id, 1, text, Start);
        Assert.Equal(text, await Logs.ReadAsync(actor.Key, id, Start));
    }

    [Fact]
    public async Task CommitAsync_SameOrLaterAttempt_ReplacesAndAnEarlierOneDoesNot()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        foreach (var (attempt, text, expected) in new[] { (2, "second", "second"), (2, "again", "again"), (1, "late", "again"), (3, "third", "third") })
        {
            await Logs.CommitAsync(actor.Key, id, attempt, text, Start.AddDays(1));
            Assert.Equal(expected, await Logs.ReadAsync(actor.Key, id, Start));
        }
    }

    [Fact]
    public async Task CommitAsync_NoSuchExecution_KeepsNothing()
    {
        var actor = await fixture.NewActorAsync();
        await Logs.CommitAsync(actor.Key, "nothing", 1, "text", Start.AddDays(1));
        Assert.Null(await Logs.ReadAsync(actor.Key, "nothing", Start));
    }

    [Fact]
    public async Task ExpireAsync_Expired_IsNotShownAndGoesInBatches()
    {
        var actor = await fixture.NewActorAsync();
        var ids = await actor.AdmitAsync(4);
        while (await Logs.ExpireAsync(Start.AddYears(1), 100) > 0)
        {
        }

        for (var i = 0; i < 4; i++)
            await Logs.CommitAsync(actor.Key, ids[i], 1, $"log {i}", Start.AddHours(i < 3 ? 1 : 2));
        var later = Start.AddHours(1).AddSeconds(1);
        Assert.Equal("log 0", await Logs.ReadAsync(actor.Key, ids[0], Start.AddHours(1)));
        Assert.Null(await Logs.ReadAsync(actor.Key, ids[0], later));
        Assert.Equal((2, 1, 0), (await Logs.ExpireAsync(later, 2), await Logs.ExpireAsync(later, 2), await Logs.ExpireAsync(later, 2)));
        Assert.Null(await Logs.ReadAsync(actor.Key, ids[0], Start));
        Assert.Equal("log 3", await Logs.ReadAsync(actor.Key, ids[3], later));
    }
}

/// <summary>What <see cref="IStoreControl"/> promises.</summary>
public abstract class StoreControlContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private IStoreControl Control => fixture.Store.Control;

    [Fact]
    public async Task CheckAsync_Works_IsNull() => Assert.Null(await Control.CheckAsync());

    [Fact]
    public async Task ClusterId_AfterReopening_IsTheSame()
    {
        var id = Control.ClusterId;
        Assert.Matches("^[0-9a-f]{16}$", id);
        await fixture.ReopenAsync();
        Assert.Equal(id, Control.ClusterId);
    }

    [Fact]
    public async Task RemovePurgedAsync_Batches_TakeOnlyWhatIsPurged()
    {
        var actor = await fixture.NewActorAsync();
        var ids = await actor.AdmitAsync(7);
        await actor.TakeAsync(ids[0]);
        await fixture.Store.Mailbox.PurgeAsync(actor.Key, actor.Epoch, 6);
        Assert.Equal((3, 2, 0), (await Control.RemovePurgedAsync(3), await Control.RemovePurgedAsync(3), await Control.RemovePurgedAsync(3)));
        Assert.Equal([ids[0], ids[6]], (await actor.ListAsync()).Items.Select(item => item.ExecutionId));
        Assert.Equal([ids[6]], await actor.PendingAsync());
    }
}
