using Abaco.Actors;
using Abaco.Executions;
using Abaco.Grains.Tests.Store.Contract;
using Abaco.Grains.Tests.Store.Sqlite;
using Abaco.Store;

namespace Abaco.Grains.Tests.Actors;

/// <summary>The mailbox at work on a real store: turns that interleave at every await, repeated calls, failed writes.</summary>
public sealed class DispatcherTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private static readonly AbacoException Refusal = AbacoException.Unavailable("The store has too many writes waiting; try again soon.");
    private GatedMailboxStore _store = null!;
    private TestActor _actor = null!;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task TakeAsync_RepeatedWhileTheFirstIsUnderWay_IsTheSameLease(bool exclusive) => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 2);
        var gate = _store.Hold("TakeAsync", done: true);
        var first = TakeAsync(dispatcher, "w1", exclusive);
        var second = TakeAsync(dispatcher, "w1", exclusive);
        gate.SetResult();
        Assert.Equal((await first)!.Lease.ExecutionId, (await second)!.Lease.ExecutionId);
        Assert.Equal((1, 1), (dispatcher.Leases.Count, dispatcher.Waiting));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task FinishAsync_RepeatedWhileTheFirstIsUnderWay_TakesOneMessage(bool exclusive) => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 3);
        var taken = (await TakeAsync(dispatcher, "w1", exclusive))!;
        var gate = _store.Hold("FinishAndTakeAsync", done: true);
        var outcome = TestActor.Completed(taken.Lease.ExecutionId);
        var first = dispatcher.FinishAsync(outcome, "w1", "h1", exclusive);
        var second = dispatcher.FinishAsync(outcome, "w1", "h1", exclusive);
        gate.SetResult();
        var next = (await first).Next!;
        Assert.False((await second).Recorded);
        Assert.Equal(next.Lease.ExecutionId, (await TakeAsync(dispatcher, "w1", exclusive))!.Lease.ExecutionId);
        Assert.Equal((1, 1, false), (dispatcher.Leases.Count, dispatcher.Waiting, dispatcher.MustEnd));
    });

    [Fact]
    public Task TakeAsync_Exclusive_OnlyWhileNothingElseRunsOrIsBeingTaken() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 2);
        var gate = _store.Hold("TakeAsync", done: false);
        var first = TakeAsync(dispatcher, "w1", exclusive: true);
        Assert.Null(await TakeAsync(dispatcher, "w2", exclusive: true));
        gate.SetResult();
        var lease = (await first)!.Lease;
        Assert.Null(await TakeAsync(dispatcher, "w2", exclusive: true));
        await dispatcher.FinishAsync(TestActor.Completed(lease.ExecutionId), null, null, exclusive: true);
        Assert.NotNull(await TakeAsync(dispatcher, "w2", exclusive: true));
    });

    [Fact]
    public Task TakeAsync_ReadRefusedOnce_ReadsAgainNextTime() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 1, reopened: true);
        _store.Fail("ReadPendingAsync", AbacoException.Unavailable("The store has too many reads waiting; try again soon."), done: false);
        await Assert.ThrowsAsync<AbacoException>(() => TakeAsync(dispatcher, "w1"));
        Assert.NotNull(await TakeAsync(dispatcher, "w1"));
    });

    [Fact]
    public Task AdmitAsync_Refused_ClosesItsGapAndGoesOn() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync();
        _store.Fail("AdmitAsync", Refusal, done: false);
        var refused = dispatcher.AdmitAsync(_actor.RowAt);
        var admitted = dispatcher.AdmitAsync(_actor.RowAt);
        await Assert.ThrowsAsync<AbacoException>(() => refused);
        Assert.True(await admitted);
        Assert.Equal((1, false), (dispatcher.Waiting, dispatcher.MustEnd));
        Assert.NotNull(await TakeAsync(dispatcher, "w1"));
    });

    [Fact]
    public Task AdmitAsync_WrittenThoughItFailed_IsFoundByTheNextActivation() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync();
        _store.Fail("AdmitAsync", new IOException("connection lost"), done: true);
        await Assert.ThrowsAsync<IOException>(() => dispatcher.AdmitAsync(_actor.RowAt));
        Assert.True(dispatcher.MustEnd);
        Assert.NotNull(await TakeAsync(await ReopenAsync(), "w1"));
    });

    [Fact]
    public Task EveryWrite_NewerActivation_MustEnd() => GrainTurns.RunAsync(async () =>
    {
        foreach (var write in new Func<Dispatcher, Task>[]
        {
            async dispatcher => Assert.False(await dispatcher.AdmitAsync(_actor.RowAt)),
            async dispatcher => Assert.False(await dispatcher.RecordAsync(_actor.RowAt, TimeSpan.Zero, 0, 0)),
            async dispatcher => Assert.False(await dispatcher.PurgeAsync()),
            async dispatcher => Assert.Null(await TakeAsync(dispatcher, "w1")),
        })
        {
            var old = await OpenAsync(waiting: 1);
            await ReopenAsync();
            await write(old);
            Assert.True(old.MustEnd);
        }
    });

    [Fact]
    public Task PurgeAsync_UnderWay_DoesNotEndTheActivation() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 2);
        var gate = _store.Hold("PurgeAsync", done: true);
        var purge = dispatcher.PurgeAsync();
        Assert.True(await dispatcher.AdmitAsync(_actor.RowAt));
        Assert.False(dispatcher.MustEnd);
        gate.SetResult();
        Assert.True(await purge);
        Assert.Equal((1, false), (dispatcher.Waiting, dispatcher.MustEnd));
    });

    [Fact]
    public Task PurgeAsync_Refused_MustEndSinceTheRowsStillWait() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 2);
        _store.Fail("PurgeAsync", Refusal, done: false);
        await Assert.ThrowsAsync<AbacoException>(dispatcher.PurgeAsync);
        Assert.True(dispatcher.MustEnd);
        Assert.Equal(2, (await ReopenAsync()).Waiting);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task PurgeAsync_DuringATake_GivesTheMessageOrNothing(bool taken) => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 2);
        var gate = _store.Hold("TakeAsync", done: taken);
        var take = TakeAsync(dispatcher, "w1");
        if (taken)
            await UntilAsync(async () => (await _actor.PendingAsync()).Count == 1);
        await dispatcher.PurgeAsync();
        gate.SetResult();
        Assert.Equal(taken, await take is not null);
        Assert.Equal((0, taken ? 1 : 0), (dispatcher.Waiting, dispatcher.Leases.Count));
    });

    [Fact]
    public Task PurgeAsync_DuringARead_IgnoresWhatWasRead() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 3, reopened: true);
        var gate = _store.Hold("ReadPendingAsync", done: true);
        var take = TakeAsync(dispatcher, "w1");
        await dispatcher.PurgeAsync();
        gate.SetResult();
        Assert.Null(await take);
        Assert.True(await dispatcher.AdmitAsync(_actor.RowAt));
        Assert.NotNull(await TakeAsync(dispatcher, "w1"));
        Assert.Equal(0, dispatcher.Waiting);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task FinishAsync_PutBackDuringARead_IsTakenOnceInItsPlace(bool rowFirst) => GrainTurns.RunAsync(async () =>
    {
        await OpenAsync(waiting: 4);
        var ids = await _actor.PendingAsync();
        await _actor.TakeAsync(ids[2], "w9");
        var dispatcher = await ReopenAsync();
        var finishing = _store.Hold("FinishAndTakeAsync", done: rowFirst);
        var reading = _store.Hold("ReadPendingAsync", done: !rowFirst);
        var finish = dispatcher.FinishAsync(TestActor.Lost(ids[2]), null, null, exclusive: false);
        if (rowFirst)
            await UntilAsync(async () => (await _actor.PendingAsync()).Count == 4);
        var take = TakeAsync(dispatcher, "w1");
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
            Assert.Equal(id, (await TakeAsync(dispatcher, worker))!.Lease.ExecutionId);
        Assert.Null(await TakeAsync(dispatcher, "w5"));
        Assert.Equal((0, false), (dispatcher.Waiting, dispatcher.MustEnd));
    });

    [Fact]
    public Task FinishAsync_Refused_PutsTheNextMessageBackInItsPlace() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 3);
        var ids = await _actor.PendingAsync();
        await TakeAsync(dispatcher, "w1");
        _store.Fail("FinishAndTakeAsync", Refusal, done: false);
        await Assert.ThrowsAsync<AbacoException>(() => dispatcher.FinishAsync(TestActor.Completed(ids[0]), "w1", "h1", exclusive: false));
        Assert.Equal((2, 1, false), (dispatcher.Waiting, dispatcher.Leases.Count, dispatcher.MustEnd));
        var (recorded, next) = await dispatcher.FinishAsync(TestActor.Completed(ids[0]), "w1", "h1", exclusive: false);
        Assert.Equal((true, ids[1]), (recorded, next!.Lease.ExecutionId));
    });

    [Fact]
    public Task FinishAsync_WrittenThoughItFailed_MustEnd() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 2);
        var ids = await _actor.PendingAsync();
        await TakeAsync(dispatcher, "w1");
        _store.Fail("FinishAndTakeAsync", new IOException("connection lost"), done: true);
        await Assert.ThrowsAsync<IOException>(() => dispatcher.FinishAsync(TestActor.Completed(ids[0]), "w1", "h1", exclusive: false));
        Assert.True(dispatcher.MustEnd);
        Assert.Equal(ids[1], (await TakeAsync(await ReopenAsync(), "w1"))!.Lease.ExecutionId);
    });

    [Fact]
    public Task TakeAsync_LeaseEndedThroughAnOlderActivation_TakesTheNext() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 2);
        var ids = await _actor.PendingAsync();
        await TakeAsync(dispatcher, "w1", exclusive: true);
        await fixture.Store.Mailbox.FinishAndTakeAsync(_actor.Key, 0, TestActor.Completed(ids[0]), null);
        Assert.Equal(ids[1], (await TakeAsync(dispatcher, "w1", exclusive: true))!.Lease.ExecutionId);
        Assert.Equal(ids[1], Assert.Single(dispatcher.Leases).Key);
    });

    [Fact]
    public Task TakeAsync_LeasePutBackThroughAnOlderActivation_IsTheNextAttempt() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 1);
        var ids = await _actor.PendingAsync();
        await TakeAsync(dispatcher, "w1");
        await fixture.Store.Mailbox.FinishAndTakeAsync(_actor.Key, 0, TestActor.Lost(ids[0]), null);
        Assert.Equal(2, (await TakeAsync(dispatcher, "w1"))!.Lease.Attempt);
        Assert.True((await dispatcher.FinishAsync(TestActor.Completed(ids[0], 2), "w1", "h1", exclusive: false)).Recorded);
        Assert.Equal((0, false), (dispatcher.Leases.Count, dispatcher.MustEnd));
    });

    [Fact]
    public Task FinishAsync_RecordedThroughAnOlderActivation_MustEnd() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await OpenAsync(waiting: 1);
        var ids = await _actor.PendingAsync();
        await TakeAsync(dispatcher, "w1");
        await fixture.Store.Mailbox.FinishAndTakeAsync(_actor.Key, 0, TestActor.Lost(ids[0]), null);
        Assert.False((await dispatcher.FinishAsync(TestActor.Lost(ids[0]), null, null, exclusive: false)).Recorded);
        Assert.True(dispatcher.MustEnd);
        Assert.NotNull(await TakeAsync(await ReopenAsync(), "w1"));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public Task RandomTurns_EveryAcknowledgedMessage_EndsOnce(int seed) => GrainTurns.RunAsync(async () =>
    {
        const int messages = 120;
        var random = new Random(seed);
        var dispatcher = await OpenAsync();
        var (sent, ended, open) = (0, new List<string>(), true);
        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync()));
        var working = Task.WhenAll(Enumerable.Range(1, 6).Select(i => WorkAsync($"w{i}")));
        await sending;
        open = false;
        await working;
        Assert.Equal((messages, messages), (ended.Count, ended.Distinct().Count()));
        Assert.Equal((0, 0, false), (dispatcher.Waiting, dispatcher.Leases.Count, dispatcher.MustEnd));
        Assert.All((await _actor.ListAsync()).Items, item => Assert.Equal(ExecutionStatus.Complete, item.Status));

        async Task SendAsync()
        {
            while (sent < messages)
            {
                sent++;
                if (random.Next(10) == 0)
                    _store.Fail("AdmitAsync", Refusal, done: false);
                try
                {
                    Assert.True(await dispatcher.AdmitAsync(_actor.RowAt));
                }
                catch (AbacoException)
                {
                    sent--;
                }
            }
        }

        async Task WorkAsync(string worker)
        {
            while (open || dispatcher.Waiting > 0 || dispatcher.Holds(worker))
            {
                if (await TakeAsync(dispatcher, worker) is not { } taken)
                {
                    await Task.Yield();
                    continue;
                }

                for (TakenMessage? next = taken; next is not null;)
                {
                    var (id, attempt) = (next.Lease.ExecutionId, next.Lease.Attempt);
                    var lost = random.Next(4) == 0;
                    var (recorded, following) = await dispatcher.FinishAsync(
                        lost ? TestActor.Lost(id, attempt) : TestActor.Completed(id, attempt), worker, "h1", exclusive: false);
                    Assert.True(recorded);
                    if (!lost)
                        ended.Add(id);
                    next = following;
                }
            }
        }
    });

    private Task<TakenMessage?> TakeAsync(Dispatcher dispatcher, string worker, bool exclusive = false) =>
        dispatcher.TakeAsync(worker, "h1", exclusive, StoreFixture.Start);

    private async Task<Dispatcher> OpenAsync(int waiting = 0, bool reopened = false)
    {
        _actor = await fixture.NewActorAsync();
        _store = new GatedMailboxStore(fixture.Store.Mailbox);
        var dispatcher = await ReopenAsync();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, waiting).Select(_ => dispatcher.AdmitAsync(_actor.RowAt))), Assert.True);
        return reopened ? await ReopenAsync() : dispatcher;
    }

    private async Task<Dispatcher> ReopenAsync() => new(_actor.Key, _store, await _actor.OpenAsync());

    /// <summary>Waits for what a held call does in the store; each look is a read of it.</summary>
    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        while (!await done())
            await Task.Yield();
    }
}
