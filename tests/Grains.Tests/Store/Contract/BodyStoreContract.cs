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
