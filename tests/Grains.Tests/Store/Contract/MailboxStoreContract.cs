using Abaco.Executions;
using Abaco.Messages;
using Abaco.Store;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>What <see cref="IMailboxStore"/> promises of admitting, reading, recording and purging.</summary>
public abstract class MailboxStoreContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private IMailboxStore Mailbox => fixture.Store.Mailbox;

    [Fact]
    public async Task OpenAsync_NoActorOrDeleted_IsNull()
    {
        Assert.Null(await Mailbox.OpenAsync(fixture.NewKey()));
        var actor = await fixture.NewActorAsync();
        await fixture.Store.Actors.BeginDeleteAsync(actor.Key);
        Assert.Null(await Mailbox.OpenAsync(actor.Key));
    }

    [Fact]
    public async Task OpenAsync_RaisesTheEpochAndReadsWhatStands()
    {
        var actor = await fixture.NewActorAsync();
        var ids = await actor.AdmitAsync(3);
        await actor.TakeAsync(ids[1], "w7", "h7");
        var before = actor.Epoch;
        var opening = await actor.OpenAsync();
        Assert.True(opening.Epoch > before);
        Assert.Equal((3, 2), (opening.LastSequence, opening.Pending));
        var lease = Assert.Single(opening.Running);
        Assert.Equal((actor.Key, 2, ids[1], 1, "h7", "w7", false), (lease.Actor, lease.Sequence, lease.ExecutionId, lease.Attempt, lease.Host, lease.Worker, lease.StopRequested));
        Assert.Null(lease.ContainerId);
        Assert.Empty(lease.Causes);
    }

    [Fact]
    public async Task EveryDecision_OfAnOlderEpoch_DoesNothing()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.AdmitAsync();
        var running = await actor.RunningAsync();
        var old = actor.Epoch;
        await actor.OpenAsync();
        Assert.False(await Mailbox.AdmitAsync(old, actor.Row()));
        Assert.False(await Mailbox.PurgeAsync(actor.Key, old, long.MaxValue));
        Assert.False(await Mailbox.RecordAsync(old, actor.Row(), TimeSpan.FromSeconds(1), 1, 1));
        Assert.Equal(new TakeResult(true, null), await Mailbox.TakeAsync(actor.Key, old, actor.Wish(id)));

        // An outcome is fenced by its attempt alone; the take that follows it is not.
        var finished = await Mailbox.FinishAndTakeAsync(actor.Key, old, TestActor.Completed(running), actor.Wish(id));
        Assert.Equal(new FinishResult(true, new TakeResult(true, null)), finished);
        Assert.Equal([id], await actor.PendingAsync());
        Assert.Equal(2, (await actor.ListAsync()).TotalExecutions);
    }

    [Fact]
    public async Task AdmitAsync_Deleted_IsRefusedLikeALostEpoch()
    {
        var actor = await fixture.NewActorAsync();
        await fixture.Store.Actors.BeginDeleteAsync(actor.Key);
        Assert.False(await Mailbox.AdmitAsync(actor.Epoch, actor.Row()));
    }

    [Fact]
    public async Task AdmitAsync_Repeated_WritesOnce()
    {
        var actor = await fixture.NewActorAsync();
        var row = actor.Row();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Mailbox.AdmitAsync(actor.Epoch, row))), Assert.True);
        Assert.True(await Mailbox.AdmitAsync(actor.Epoch, row));
        Assert.Equal(1, (await actor.OpenAsync()).Pending);
        Assert.Equal(1, (await actor.ListAsync()).TotalExecutions);
    }

    [Fact]
    public async Task AdmitAsync_EveryField_ReadsBackAsWritten()
    {
        var actor = await fixture.NewActorAsync();
        var message = new MessageRequest
        {
            Kind = MessageKind.Json,
            Text = "{\"a\":\"é\\u0000'\"}",
            ContentType = "application/json",
            Synchronous = true,
            Parameters = new Dictionary<string, string> { ["x y"] = "", ["é"] = "\n\"=" },
        };
        var row = actor.Row() with { Message = message, Executor = "bob", ApiServer = "https://there" };
        Assert.True(await Mailbox.AdmitAsync(actor.Epoch, row));
        var snapshot = (await actor.GetAsync(row.ExecutionId))!;
        Assert.Equal(
            (ExecutionStatus.Submitted, row.Received, "bob", MessageKind.Json, message.Text, message.ContentType, 0),
            (snapshot.Status, snapshot.MessageReceivedTime, snapshot.Executor, snapshot.MessageKind, snapshot.Message, snapshot.ContentType, snapshot.Attempts));
        Assert.Equal(message.Parameters, snapshot.Parameters);
        Assert.Null(snapshot.StartTime);
        var taken = (await actor.TakeAsync(row.ExecutionId)).Message!.Message;
        Assert.Equal(message.Parameters, taken.Message.Parameters);
        Assert.Equal(row with { Message = message with { Parameters = taken.Message.Parameters } }, taken);
    }

    [Fact]
    public async Task AdmitAsync_BadOperationInTheSameBatch_FailsAlone()
    {
        var actor = await fixture.NewActorAsync();
        var rows = Enumerable.Range(0, 50).Select(_ => actor.Row()).ToList();
        var first = rows.Take(25).Select(row => Mailbox.AdmitAsync(actor.Epoch, row)).ToList();
        var bad = actor.FinishAsync(TestActor.Completed(rows[0].ExecutionId) with { Status = ExecutionStatus.Running });
        var second = rows.Skip(25).Select(row => Mailbox.AdmitAsync(actor.Epoch, row)).ToList();
        await Assert.ThrowsAsync<ArgumentException>(() => bad);
        Assert.All(await Task.WhenAll(first.Concat(second)), Assert.True);
        Assert.Equal(rows.Select(row => row.ExecutionId), await actor.PendingAsync());
    }

    [Fact]
    public async Task ReadPendingAsync_Range_InOrderAndLimited()
    {
        var actor = await fixture.NewActorAsync();
        var ids = await actor.AdmitAsync(6);
        await actor.TakeAsync(ids[2]);
        Assert.Equal(
            [new PendingMessage(2, ids[1]), new PendingMessage(4, ids[3])], await Mailbox.ReadPendingAsync(actor.Key, after: 1, through: 5, limit: 2));
        Assert.Equal([new PendingMessage(5, ids[4])], await Mailbox.ReadPendingAsync(actor.Key, after: 4, through: 5, limit: 2));
        Assert.Empty(await Mailbox.ReadPendingAsync(actor.Key, after: 6, through: 100, limit: 2));
        Assert.Empty(await Mailbox.ReadPendingAsync(fixture.NewKey(), 0, 100, 2));
    }

    [Fact]
    public async Task PurgeAsync_WaitingUpToTheMark_IsGoneAtOnceForEveryMethod()
    {
        var actor = await fixture.NewActorAsync();
        var ids = await actor.AdmitAsync(4);
        await actor.TakeAsync(ids[0]);
        Assert.True(await Mailbox.PurgeAsync(actor.Key, actor.Epoch, through: 3));
        Assert.Null(await actor.GetAsync(ids[1]));
        Assert.Null(await Mailbox.RequestStopAsync(actor.Key, ids[1]));
        Assert.Equal(new TakeResult(false, null), await actor.TakeAsync(ids[2]));
        Assert.Equal([ids[3]], await actor.PendingAsync());
        var list = await actor.ListAsync();
        Assert.Equal([ids[0], ids[3]], list.Items.Select(item => item.ExecutionId));
        Assert.Equal(2, list.TotalExecutions);
        Assert.Equal((4, 1), ((await actor.OpenAsync()).LastSequence, (await actor.OpenAsync()).Pending));
    }

    [Fact]
    public async Task PurgeAsync_AdmitsUnderWay_GoWhenCalledBeforeAndStayWhenCalledAfter()
    {
        // The writes of one actor take effect in the order of their calls, whatever shares a commit.
        var actor = await fixture.NewActorAsync();
        var before = Enumerable.Range(0, 20).Select(_ => actor.Row()).ToList();
        var admits = before.Select(row => Mailbox.AdmitAsync(actor.Epoch, row)).ToList();
        var purge = Mailbox.PurgeAsync(actor.Key, actor.Epoch, before[^1].Sequence);
        var after = Enumerable.Range(0, 20).Select(_ => actor.Row()).ToList();
        admits.AddRange(after.Select(row => Mailbox.AdmitAsync(actor.Epoch, row)));
        Assert.True(await purge);
        Assert.All(await Task.WhenAll(admits), Assert.True);
        Assert.Equal(after.Select(row => row.ExecutionId), await actor.PendingAsync());
        Assert.Equal(20, (await actor.OpenAsync()).Pending);
    }

    [Fact]
    public async Task PurgeAsync_RunningRow_WaitsAgainWhenItIsPutBack()
    {
        var actor = await fixture.NewActorAsync();
        var running = await actor.RunningAsync();
        await actor.AdmitAsync(2);
        await Mailbox.PurgeAsync(actor.Key, actor.Epoch, 3);
        Assert.True((await actor.FinishAsync(TestActor.Lost(running))).Recorded);
        Assert.Equal([running], await actor.PendingAsync());
        Assert.Equal(1, (await actor.OpenAsync()).Pending);
        Assert.Equal(2, (await actor.TakeAsync(running)).Message!.Lease.Attempt);
    }

    [Fact]
    public async Task PurgeAsync_Again_TakesOnlyWhatCameSince()
    {
        var actor = await fixture.NewActorAsync();
        await actor.AdmitAsync(3);
        await Mailbox.PurgeAsync(actor.Key, actor.Epoch, 3);
        await Mailbox.PurgeAsync(actor.Key, actor.Epoch, 3);
        var id = await actor.AdmitAsync();
        Assert.Equal([id], await actor.PendingAsync());
        await Mailbox.PurgeAsync(actor.Key, actor.Epoch, 4);
        Assert.Equal(0, (await actor.OpenAsync()).Pending);
        Assert.Equal(0, (await actor.ListAsync()).TotalExecutions);
    }

    [Fact]
    public async Task RecordAsync_RanElsewhere_IsCompleteAndCountedOnce()
    {
        var actor = await fixture.NewActorAsync();
        var row = actor.Row();
        for (var i = 0; i < 2; i++)
            Assert.True(await Mailbox.RecordAsync(actor.Epoch, row, TimeSpan.FromMilliseconds(2_500), 7, 8));
        var snapshot = (await actor.GetAsync(row.ExecutionId))!;
        Assert.Equal(
            (ExecutionStatus.Complete, TimeSpan.FromMilliseconds(2_500), 7, 8, row.Received),
            (snapshot.Status, snapshot.Runtime, snapshot.CpuNanoseconds, snapshot.IoBytes, snapshot.FinishTime));
        var list = await actor.ListAsync();
        Assert.Equal((1, 7, 8, TimeSpan.FromMilliseconds(2_500)), (list.TotalExecutions, list.TotalCpuNanoseconds, list.TotalIoBytes, list.TotalRuntime));
        var opening = await actor.OpenAsync();
        Assert.Equal((row.Sequence, 0), (opening.LastSequence, opening.Pending));
    }

    [Fact]
    public async Task ListAsync_MoreThanTheLimit_ShowsTheNewestOldestFirstAndTotalsOfAll()
    {
        var actor = await fixture.NewActorAsync();
        var ids = await actor.AdmitAsync(6);
        foreach (var i in new[] { 0, 2, 4 })
        {
            await actor.TakeAsync(ids[i], $"w{i}");
            if (i < 4)
                await actor.FinishAsync(TestActor.Completed(ids[i]));
        }

        var list = await actor.ListAsync(limit: 4);
        Assert.Equal(
            [(ids[2], ExecutionStatus.Complete), (ids[3], ExecutionStatus.Submitted), (ids[4], ExecutionStatus.Running), (ids[5], ExecutionStatus.Submitted)],
            list.Items.Select(item => (item.ExecutionId, item.Status)));
        Assert.Equal((6, 2_000, 40, TimeSpan.FromSeconds(3)), (list.TotalExecutions, list.TotalCpuNanoseconds, list.TotalIoBytes, list.TotalRuntime));
        Assert.Equal("", list.Owner);
        Assert.Empty((await Mailbox.ListAsync(fixture.NewKey(), 4)).Items);
    }

    [Fact]
    public async Task AllRows_AfterReopening_AreThere()
    {
        var actor = await fixture.NewActorAsync();
        var ids = await actor.AdmitAsync(3);
        await actor.TakeAsync(ids[0], "w1");
        await actor.FinishAsync(TestActor.Completed(ids[0]), actor.Wish(ids[1]));
        var old = actor.Epoch;
        await fixture.ReopenAsync();
        Assert.Equal([ids[2]], await actor.PendingAsync());
        Assert.Equal(ExecutionStatus.Complete, (await actor.GetAsync(ids[0]))!.Status);
        var opening = await actor.OpenAsync();
        Assert.True(opening.Epoch > old);
        Assert.Equal((3, 1, ids[1]), (opening.LastSequence, opening.Pending, Assert.Single(opening.Running).ExecutionId));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomWrites_CountsAndSums_StayExact(int seed)
    {
        var random = new Random(seed);
        var actor = await fixture.NewActorAsync();
        var attempts = new Dictionary<string, int>();
        for (var step = 0; step < 150; step++)
        {
            var running = (await actor.ListAsync()).Items.Where(item => item.Status == ExecutionStatus.Running).Select(item => item.ExecutionId).ToList();
            var pending = await actor.PendingAsync();
            switch (random.Next(10))
            {
                case < 4:
                    await actor.AdmitAsync(1 + random.Next(3));
                    break;
                case < 7 when pending.Count > 0:
                    var id = pending[random.Next(pending.Count)];
                    attempts[id] = (await actor.TakeAsync(id, $"w{step}")).Message!.Lease.Attempt;
                    break;
                case < 9 when running.Count > 0:
                    var ended = running[random.Next(running.Count)];
                    var outcome = random.Next(3) == 0 ? TestActor.Lost(ended, attempts[ended]) : TestActor.Completed(ended, attempts[ended]);
                    Assert.True((await actor.FinishAsync(outcome)).Recorded);
                    break;
                case 9 when random.Next(4) == 0:
                    var last = (await actor.OpenAsync()).LastSequence;
                    Assert.True(await Mailbox.PurgeAsync(actor.Key, actor.Epoch, last - random.Next(3)));
                    await fixture.Store.Control.RemovePurgedAsync(1 + random.Next(5));
                    break;
            }
        }

        var list = await actor.ListAsync();
        var complete = list.Items.Count(item => item.Status == ExecutionStatus.Complete);
        Assert.Equal((list.Items.Count, complete * 1_000L), (list.TotalExecutions, list.TotalCpuNanoseconds));
        Assert.Equal((await actor.PendingAsync()).Count, (await actor.OpenAsync()).Pending);
    }
}
