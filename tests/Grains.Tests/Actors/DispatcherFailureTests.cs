using Abaco.Actors;
using Abaco.Executions;
using Abaco.Grains.Tests.Store.Contract;
using Abaco.Grains.Tests.Store.Sqlite;
using Abaco.Store;

namespace Abaco.Grains.Tests.Actors;

/// <summary>The mailbox at work when writes fail, or when another activation was or is at work on the same rows.</summary>
public sealed class DispatcherFailureTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private static readonly AbacoException Refusal = AbacoException.Unavailable("The store has too many writes waiting; try again soon.");
    private readonly DispatcherBed _bed = new(fixture);

    [Fact]
    public Task TakeAsync_ReadRefusedOnce_ReadsAgainNextTime() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 1, reopened: true);
        _bed.Store.Fail("ReadPendingAsync", AbacoException.Unavailable("The store has too many reads waiting; try again soon."), done: false);
        await Assert.ThrowsAsync<AbacoException>(() => _bed.TakeAsync(dispatcher, "w1"));
        Assert.NotNull(await _bed.TakeAsync(dispatcher, "w1"));
    });

    [Fact]
    public Task AdmitAsync_Refused_ClosesItsGapAndGoesOn() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync();
        _bed.Store.Fail("AdmitAsync", Refusal, done: false);
        var refused = dispatcher.AdmitAsync(_bed.Actor.RowAt);
        var admitted = dispatcher.AdmitAsync(_bed.Actor.RowAt);
        await Assert.ThrowsAsync<AbacoException>(() => refused);
        Assert.True(await admitted);
        Assert.Equal((1, false), (dispatcher.Waiting, dispatcher.MustEnd));
        Assert.NotNull(await _bed.TakeAsync(dispatcher, "w1"));
    });

    [Fact]
    public Task AdmitAsync_WrittenThoughItFailed_IsFoundByTheNextActivation() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync();
        _bed.Store.Fail("AdmitAsync", new IOException("connection lost"), done: true);
        await Assert.ThrowsAsync<IOException>(() => dispatcher.AdmitAsync(_bed.Actor.RowAt));
        Assert.True(dispatcher.MustEnd);
        Assert.NotNull(await _bed.TakeAsync(await _bed.ReopenAsync(), "w1"));
    });

    [Fact]
    public Task EveryWrite_NewerActivation_MustEnd() => GrainTurns.RunAsync(async () =>
    {
        foreach (var write in new Func<Dispatcher, Task>[]
        {
            async dispatcher => Assert.False(await dispatcher.AdmitAsync(_bed.Actor.RowAt)),
            async dispatcher => Assert.False(await dispatcher.RecordAsync(_bed.Actor.RowAt, TimeSpan.Zero, 0, 0)),
            async dispatcher => Assert.False(await dispatcher.PurgeAsync()),
            async dispatcher => Assert.Null(await _bed.TakeAsync(dispatcher, "w1")),
        })
        {
            var old = await _bed.OpenAsync(waiting: 1);
            await _bed.ReopenAsync();
            await write(old);
            Assert.True(old.MustEnd);
        }
    });

    [Fact]
    public Task PurgeAsync_Refused_MustEndSinceTheRowsStillWait() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 2);
        _bed.Store.Fail("PurgeAsync", Refusal, done: false);
        await Assert.ThrowsAsync<AbacoException>(dispatcher.PurgeAsync);
        Assert.True(dispatcher.MustEnd);
        Assert.Equal(2, (await _bed.ReopenAsync()).Waiting);
    });

    [Fact]
    public Task FinishAsync_Refused_PutsTheNextMessageBackInItsPlace() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 3);
        var ids = await _bed.Actor.PendingAsync();
        await _bed.TakeAsync(dispatcher, "w1");
        _bed.Store.Fail("FinishAndTakeAsync", Refusal, done: false);
        await Assert.ThrowsAsync<AbacoException>(() => dispatcher.FinishAsync(TestActor.Completed(ids[0]), "w1", "h1", exclusive: false));
        Assert.Equal((2, 1, false), (dispatcher.Waiting, dispatcher.Leases.Count, dispatcher.MustEnd));
        var (recorded, next) = await dispatcher.FinishAsync(TestActor.Completed(ids[0]), "w1", "h1", exclusive: false);
        Assert.Equal((true, ids[1]), (recorded, next!.Lease.ExecutionId));
    });

    [Fact]
    public Task FinishAsync_WrittenThoughItFailed_MustEnd() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 2);
        var ids = await _bed.Actor.PendingAsync();
        await _bed.TakeAsync(dispatcher, "w1");
        _bed.Store.Fail("FinishAndTakeAsync", new IOException("connection lost"), done: true);
        await Assert.ThrowsAsync<IOException>(() => dispatcher.FinishAsync(TestActor.Completed(ids[0]), "w1", "h1", exclusive: false));
        Assert.True(dispatcher.MustEnd);
        Assert.Equal(ids[1], (await _bed.TakeAsync(await _bed.ReopenAsync(), "w1"))!.Lease.ExecutionId);
    });

    [Fact]
    public Task TakeAsync_LeaseEndedThroughAnOlderActivation_TakesTheNext() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 2);
        var ids = await _bed.Actor.PendingAsync();
        await _bed.TakeAsync(dispatcher, "w1", exclusive: true);
        await _bed.Engine.Mailbox.FinishAndTakeAsync(_bed.Actor.Key, 0, TestActor.Completed(ids[0]), null);
        Assert.Equal(ids[1], (await _bed.TakeAsync(dispatcher, "w1", exclusive: true))!.Lease.ExecutionId);
        Assert.Equal(ids[1], Assert.Single(dispatcher.Leases).Key);
    });

    [Fact]
    public Task TakeAsync_LeasePutBackThroughAnOlderActivation_IsTheNextAttempt() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 1);
        var ids = await _bed.Actor.PendingAsync();
        await _bed.TakeAsync(dispatcher, "w1");
        await _bed.Engine.Mailbox.FinishAndTakeAsync(_bed.Actor.Key, 0, TestActor.Lost(ids[0]), null);
        Assert.Equal(2, (await _bed.TakeAsync(dispatcher, "w1"))!.Lease.Attempt);
        Assert.True((await dispatcher.FinishAsync(TestActor.Completed(ids[0], 2), "w1", "h1", exclusive: false)).Recorded);
        Assert.Equal((0, false), (dispatcher.Leases.Count, dispatcher.MustEnd));
    });

    [Fact]
    public Task FinishAsync_RecordedThroughAnOlderActivation_MustEnd() => GrainTurns.RunAsync(async () =>
    {
        var dispatcher = await _bed.OpenAsync(waiting: 1);
        var ids = await _bed.Actor.PendingAsync();
        await _bed.TakeAsync(dispatcher, "w1");
        await _bed.Engine.Mailbox.FinishAndTakeAsync(_bed.Actor.Key, 0, TestActor.Lost(ids[0]), null);
        Assert.False((await dispatcher.FinishAsync(TestActor.Lost(ids[0]), null, null, exclusive: false)).Recorded);
        Assert.True(dispatcher.MustEnd);
        Assert.NotNull(await _bed.TakeAsync(await _bed.ReopenAsync(), "w1"));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public Task RandomTurns_EveryAcknowledgedMessage_EndsOnce(int seed) => GrainTurns.RunAsync(async () =>
    {
        const int messages = 120;
        var random = new Random(seed);
        var dispatcher = await _bed.OpenAsync();
        var (sent, ended, open) = (0, new List<string>(), true);
        var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync()));
        var working = Task.WhenAll(Enumerable.Range(1, 6).Select(i => WorkAsync($"w{i}")));
        await sending;
        open = false;
        await working;
        Assert.Equal((messages, messages), (ended.Count, ended.Distinct().Count()));
        Assert.Equal((0, 0, false), (dispatcher.Waiting, dispatcher.Leases.Count, dispatcher.MustEnd));
        Assert.All((await _bed.Actor.ListAsync()).Items, item => Assert.Equal(ExecutionStatus.Complete, item.Status));

        async Task SendAsync()
        {
            while (sent < messages)
            {
                sent++;
                if (random.Next(10) == 0)
                    _bed.Store.Fail("AdmitAsync", Refusal, done: false);
                try
                {
                    Assert.True(await dispatcher.AdmitAsync(_bed.Actor.RowAt));
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
                if (await _bed.TakeAsync(dispatcher, worker) is not { } taken)
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
}
