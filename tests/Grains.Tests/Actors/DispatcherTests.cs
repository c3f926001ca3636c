using Abaco.Grains.Tests.Store.Contract;
using Abaco.Grains.Tests.Store.Sqlite;

namespace Abaco.Grains.Tests.Actors;

/// <summary>The mailbox at work on a real store: turns that interleave at every await, and calls that are repeated.</summary>
public sealed class DispatcherTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private readonly DispatcherBed _bed = new(fixture);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task TakeAsync_RepeatedWhileTheFirstIsUnderWay_IsTheSameLease(bool exclusive) => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 2);
        var gate = _bed.Store.Hold("TakeAsync", done: true);
        var first = _bed.TakeAsync(dispatcher, "w1", exclusive);
        var second = _bed.TakeAsync(dispatcher, "w1", exclusive);
        gate.SetResult();
        Assert.Equal((await first)!.Lease.ExecutionId, (await second)!.Lease.ExecutionId);
        Assert.Equal((1, 1), (dispatcher.Leases.Count, dispatcher.Waiting));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task FinishAsync_RepeatedWhileTheFirstIsUnderWay_TakesOneMessage(bool exclusive) => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 3);
        var taken = (await _bed.TakeAsync(dispatcher, "w1", exclusive))!;
        var gate = _bed.Store.Hold("FinishAndTakeAsync", done: true);
        var outcome = TestActor.Completed(taken.Lease.ExecutionId);
        var first = dispatcher.FinishAsync(outcome, "w1", "h1", exclusive);
        var second = dispatcher.FinishAsync(outcome, "w1", "h1", exclusive);
        gate.SetResult();
        var next = (await first).Next!;
        Assert.False((await second).Recorded);
        Assert.Equal(next.Lease.ExecutionId, (await _bed.TakeAsync(dispatcher, "w1", exclusive))!.Lease.ExecutionId);
        Assert.Equal((1, 1, false), (dispatcher.Leases.Count, dispatcher.Waiting, dispatcher.MustEnd));
    });

    [Fact]
    public Task TakeAsync_Exclusive_OnlyWhileNothingElseRunsOrIsBeingTaken() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 2);
        var gate = _bed.Store.Hold("TakeAsync", done: false);
        var first = _bed.TakeAsync(dispatcher, "w1", exclusive: true);
        Assert.Null(await _bed.TakeAsync(dispatcher, "w2", exclusive: true));
        gate.SetResult();
        var lease = (await first)!.Lease;
        Assert.Null(await _bed.TakeAsync(dispatcher, "w2", exclusive: true));
        await dispatcher.FinishAsync(TestActor.Completed(lease.ExecutionId), null, null, exclusive: true);
        Assert.NotNull(await _bed.TakeAsync(dispatcher, "w2", exclusive: true));
    });

    [Fact]
    public Task PurgeAsync_UnderWay_DoesNotEndTheActivation() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 2);
        var gate = _bed.Store.Hold("PurgeAsync", done: true);
        var purge = dispatcher.PurgeAsync();
        Assert.True(await dispatcher.AdmitAsync(_bed.Actor.RowAt));
        Assert.False(dispatcher.MustEnd);
        gate.SetResult();
        Assert.True(await purge);
        Assert.Equal((1, false), (dispatcher.Waiting, dispatcher.MustEnd));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task PurgeAsync_DuringATake_GivesTheMessageOrNothing(bool taken) => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 2);
        var gate = _bed.Store.Hold("TakeAsync", done: taken);
        var take = _bed.TakeAsync(dispatcher, "w1");
        if (taken)
            await UntilAsync(async () => (await _bed.Actor.PendingAsync()).Count == 1);
        await dispatcher.PurgeAsync();
        gate.SetResult();
        Assert.Equal(taken, await take is not null);
        Assert.Equal((0, taken ? 1 : 0), (dispatcher.Waiting, dispatcher.Leases.Count));
    });

    [Fact]
    public Task PurgeAsync_DuringARead_IgnoresWhatWasRead() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 3, reopened: true);
        var gate = _bed.Store.Hold("ReadPendingAsync", done: true);
        var take = _bed.TakeAsync(dispatcher, "w1");
        await dispatcher.PurgeAsync();
        gate.SetResult();
        Assert.Null(await take);
        Assert.True(await dispatcher.AdmitAsync(_bed.Actor.RowAt));
        Assert.NotNull(await _bed.TakeAsync(dispatcher, "w1"));
        Assert.Equal(0, dispatcher.Waiting);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task FinishAsync_PutBackDuringARead_IsTakenOnceInItsPlace(bool rowFirst) => GrainTurns.RunAsync(async () =>
    {
        await _bed.OpenAsync(waiting: 4);
        var ids = await _bed.Actor.PendingAsync();
        await _bed.Actor.TakeAsync(ids[2], "w9");
        var dispatcher = await _bed.ReopenAsync();
        var finishing = _bed.Store.Hold("FinishAndTakeAsync", done: rowFirst);
        var reading = _bed.Store.Hold("ReadPendingAsync", done: !rowFirst);
        var finish = dispatcher.FinishAsync(TestActor.Lost(ids[2]), null, null, exclusive: false);
        if (rowFirst)
            await UntilAsync(async () => (await _bed.Actor.PendingAsync()).Count == 4);
        var take = _bed.TakeAsync(dispatcher, "w1");
        if (rowFirst)
        {
            // The read sees the row waiting, while the outcome that put it back has not been answered.
            reading.SetResult();
            Assert.Equal(ids[0], (await take)!.Lease.ExecutionId);
            finishing.SetResult();
            Assert.True((await finish).Recorded);
        }
        else
        {
            // The read does not see the row, which is put back while it is under way.
            finishing.SetResult();
            Assert.True((await finish).Recorded);
            reading.SetResult();
            Assert.Equal(ids[0], (await take)!.Lease.ExecutionId);
        }

        Assert.Equal(3, dispatcher.Waiting);
        foreach (var (id, worker) in new[] { (ids[1], "w2"), (ids[2], "w3"), (ids[3], "w4") })
            Assert.Equal(id, (await _bed.TakeAsync(dispatcher, worker))!.Lease.ExecutionId);
        Assert.Null(await _bed.TakeAsync(dispatcher, "w5"));
        Assert.Equal((0, false), (dispatcher.Waiting, dispatcher.MustEnd));
    });

    /// <summary>Waits for what a held call does in the store; each look is a read of it.</summary>
    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        while (!await done())
            await Task.Yield();
    }
}
