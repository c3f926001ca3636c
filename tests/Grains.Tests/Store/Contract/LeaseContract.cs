using Abaco.Executions;
using Abaco.Store;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>What <see cref="IMailboxStore"/> promises of leases: taking, finishing, putting back, noting, stopping.</summary>
public abstract class LeaseContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private IMailboxStore Mailbox => fixture.Store.Mailbox;

    [Fact]
    public async Task TakeAsync_WaitingRow_IsRunningForThatWorker()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.AdmitAsync("text");
        var taken = (await actor.TakeAsync(id, "w1", "h1")).Message!;
        Assert.Equal((id, 1, "h1", "w1", 0, 0), (taken.Lease.ExecutionId, taken.Lease.Attempt, taken.Lease.Host, taken.Lease.Worker, taken.Lease.Losses, taken.Lease.Retries));
        Assert.Equal("text", taken.Message.Message.Text);
        var snapshot = (await actor.GetAsync(id))!;
        Assert.Equal((ExecutionStatus.Running, "w1", 1), (snapshot.Status, snapshot.WorkerId, snapshot.Attempts));
        Assert.Empty(await actor.PendingAsync());
        Assert.Equal(0, (await actor.OpenAsync()).Pending);
    }

    [Fact]
    public async Task TakeAsync_AgainBySameWorker_IsTheSameLease()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync("w1");
        var again = (await actor.TakeAsync(id, "w1")).Message!;
        Assert.Equal((1, id), (again.Lease.Attempt, again.Message.ExecutionId));
    }

    [Theory]
    [InlineData("w2", "h1")]
    [InlineData("w1", "h2")]
    public async Task TakeAsync_HeldByAnother_IsNothing(string worker, string host)
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync("w1", "h1");
        Assert.Equal(new TakeResult(false, null), await actor.TakeAsync(id, worker, host));
    }

    [Fact]
    public async Task TakeAsync_EndedOrUnknown_IsNothing()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await actor.FinishAsync(TestActor.Completed(id));
        Assert.Equal(new TakeResult(false, null), await actor.TakeAsync(id));
        Assert.Equal(new TakeResult(false, null), await actor.TakeAsync("nothing"));
    }

    [Fact]
    public async Task TakeAsync_Concurrent_GoesToOne()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.AdmitAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => actor.TakeAsync(id, $"w{i}")));
        Assert.Single(results, result => result.Message is not null);
    }

    [Fact]
    public async Task TakeAsync_Deleted_IsRefusedButALeaseMayStillEnd()
    {
        var actor = await fixture.NewActorAsync();
        var running = await actor.RunningAsync();
        var waiting = await actor.AdmitAsync();
        await fixture.Store.Actors.BeginDeleteAsync(actor.Key);
        Assert.Equal(new TakeResult(true, null), await actor.TakeAsync(waiting));
        Assert.Equal(new FinishResult(true, new TakeResult(true, null)), await actor.FinishAsync(TestActor.Completed(running), actor.Wish(waiting)));
    }

    [Fact]
    public async Task FinishAndTakeAsync_Ended_RecordsItAndTakesTheNext()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        var next = await actor.AdmitAsync();
        var outcome = TestActor.Completed(id, exitCode: 3);
        var finished = await actor.FinishAsync(outcome, actor.Wish(next));
        Assert.Equal((true, next, 1), (finished.Recorded, finished.Next!.Message!.Lease.ExecutionId, finished.Next.Message.Lease.Attempt));
        var snapshot = (await actor.GetAsync(id))!;
        Assert.Equal(
            (ExecutionStatus.Complete, 3, "{\"Status\":\"exited\"}", 1_000, 20, TimeSpan.FromMilliseconds(1_500)),
            (snapshot.Status, snapshot.ExitCode, snapshot.FinalStateJson, snapshot.CpuNanoseconds, snapshot.IoBytes, snapshot.Runtime));
        Assert.Equal((outcome.Exited!.Started, outcome.Exited.Finished, "w1"), (snapshot.StartTime, snapshot.FinishTime, snapshot.WorkerId));
        Assert.Null((await Mailbox.GetAsync(actor.Key, id))!.Lease);
    }

    [Fact]
    public async Task FinishAndTakeAsync_Repeated_RecordsNothingAndReturnsTheSameLease()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        var next = await actor.AdmitAsync();
        await actor.FinishAsync(TestActor.Completed(id), actor.Wish(next));
        var again = await actor.FinishAsync(TestActor.Completed(id), actor.Wish(next));
        Assert.Equal((false, next, 1), (again.Recorded, again.Next!.Message!.Lease.ExecutionId, again.Next.Message.Lease.Attempt));
        Assert.Equal(1_000, (await actor.ListAsync()).TotalCpuNanoseconds);
    }

    [Fact]
    public async Task FinishAndTakeAsync_NothingToTake_StillRecords()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        Assert.Equal(new FinishResult(true, new TakeResult(false, null)), await actor.FinishAsync(TestActor.Completed(id), actor.Wish("purged")));
        Assert.Equal(new FinishResult(false, null), await actor.FinishAsync(TestActor.Completed(id)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task FinishAndTakeAsync_OtherAttempt_IsDiscarded(int attempt)
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await actor.FinishAsync(TestActor.Lost(id));
        await actor.TakeAsync(id, "w2");
        Assert.False((await actor.FinishAsync(TestActor.Completed(id, attempt))).Recorded);
        Assert.False((await actor.FinishAsync(TestActor.Lost(id, attempt))).Recorded);
        var row = (await Mailbox.GetAsync(actor.Key, id))!;
        Assert.Equal((ExecutionStatus.Running, 2, "w2", 1), (row.Snapshot.Status, row.Lease!.Attempt, row.Lease.Worker, row.Lease.Losses));
    }

    [Fact]
    public async Task FinishAndTakeAsync_WaitingAgain_IsNotEndedByItsOldAttempt()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await actor.FinishAsync(TestActor.Lost(id));
        Assert.False((await actor.FinishAsync(TestActor.Completed(id))).Recorded);
        Assert.Equal([id], await actor.PendingAsync());
    }

    [Fact]
    public async Task FinishAndTakeAsync_PutBack_KeepsItsPlaceAndAddsUp()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        var later = await actor.AdmitAsync();
        await Mailbox.NoteContainerAsync(actor.Key, id, 1, "c1", StoreFixture.Start);
        await Mailbox.RequestStopAsync(actor.Key, id);
        var retried = TestActor.Completed(id, 1, 9) with { Status = ExecutionStatus.Submitted, Cause = "exit 9", CountRetry = true };
        Assert.True((await actor.FinishAsync(retried)).Recorded);
        Assert.Equal([id, later], await actor.PendingAsync());
        var waiting = (await actor.GetAsync(id))!;
        Assert.Equal((ExecutionStatus.Submitted, 1), (waiting.Status, waiting.Attempts));
        Assert.Null(waiting.StartTime);
        Assert.Null(waiting.ExitCode);

        await actor.TakeAsync(id, "w2");
        await actor.FinishAsync(TestActor.Lost(id, 2));
        var lease = (await actor.TakeAsync(id, "w3")).Message!.Lease;
        Assert.Equal((3, 1, 1, false), (lease.Attempt, lease.Losses, lease.Retries, lease.StopRequested));
        Assert.Equal(["exit 9", "lost 2"], lease.Causes);
        Assert.Null(lease.ContainerId);
        Assert.Equal(0, (await actor.ListAsync()).TotalCpuNanoseconds);

        await actor.FinishAsync(TestActor.Completed(id, 3));
        var ended = (await actor.GetAsync(id))!;
        Assert.Equal((3, 2_000, TimeSpan.FromSeconds(3)), (ended.Attempts, ended.CpuNanoseconds, ended.Runtime));
        Assert.Equal(["exit 9", "lost 2"], ended.Causes);
        Assert.Equal((2, 2_000), ((await actor.ListAsync()).TotalExecutions, (await actor.ListAsync()).TotalCpuNanoseconds));
    }

    [Fact]
    public async Task FinishAndTakeAsync_DeadLetter_IsAnErrorWithItsCauses()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        var outcome = TestActor.Lost(id) with { Status = ExecutionStatus.Error };
        Assert.True((await actor.FinishAsync(outcome)).Recorded);
        var snapshot = (await actor.GetAsync(id))!;
        Assert.Equal((ExecutionStatus.Error, outcome.Now), (snapshot.Status, snapshot.FinishTime));
        Assert.Equal(["lost 1"], snapshot.Causes);
        Assert.Null(snapshot.ExitCode);
        Assert.Empty(await actor.PendingAsync());
    }

    [Fact]
    public async Task FinishAndTakeAsync_ClockWentBack_CountsNoNegativeTime()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        var outcome = TestActor.Completed(id);
        outcome = outcome with { Exited = outcome.Exited! with { Finished = outcome.Exited.Started.AddSeconds(-5) } };
        await actor.FinishAsync(outcome);
        Assert.Equal(TimeSpan.Zero, (await actor.ListAsync()).TotalRuntime);
    }

    [Fact]
    public async Task NoteContainerAsync_CurrentAttempt_IsKept()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await Mailbox.NoteContainerAsync(actor.Key, id, 1, "c1", null);
        Assert.Equal("c1", (await Mailbox.GetAsync(actor.Key, id))!.Lease!.ContainerId);
        Assert.Null((await actor.GetAsync(id))!.StartTime);
        await Mailbox.NoteContainerAsync(actor.Key, id, 1, "c1", StoreFixture.Start);
        Assert.Equal(StoreFixture.Start, (await actor.GetAsync(id))!.StartTime);
    }

    [Fact]
    public async Task NoteContainerAsync_OtherAttempt_IsDiscarded()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await actor.FinishAsync(TestActor.Lost(id));
        await Mailbox.NoteContainerAsync(actor.Key, id, 1, "late", StoreFixture.Start);
        await actor.TakeAsync(id);
        await Mailbox.NoteContainerAsync(actor.Key, id, 1, "late", StoreFixture.Start);
        Assert.Null((await Mailbox.GetAsync(actor.Key, id))!.Lease!.ContainerId);
        Assert.Null((await actor.GetAsync(id))!.StartTime);
    }

    [Fact]
    public async Task RequestStopAsync_AnswersTheRowAsItWasFound()
    {
        var actor = await fixture.NewActorAsync();
        var running = await actor.RunningAsync("w1", "stop-host");
        var waiting = await actor.AdmitAsync();
        Assert.Equal("w1", (await Mailbox.RequestStopAsync(actor.Key, running))!.Lease!.Worker);
        var found = (await Mailbox.RequestStopAsync(actor.Key, waiting))!;
        Assert.Equal((ExecutionStatus.Submitted, null), (found.Snapshot.Status, found.Lease));
        Assert.Null(await Mailbox.RequestStopAsync(actor.Key, "nothing"));
        Assert.True(Assert.Single(await Mailbox.ListLeasesAsync("stop-host")).StopRequested);
        Assert.False((await actor.TakeAsync(waiting, "w2")).Message!.Lease.StopRequested);
    }

    [Fact]
    public async Task ListLeasesAsync_OneHost_ListsWhatRunsThere()
    {
        var one = await fixture.NewActorAsync();
        var other = await fixture.NewActorAsync();
        var ids = new[] { await one.RunningAsync("w1", "lease-host"), await other.RunningAsync("w2", "lease-host") };
        await one.RunningAsync("w3", "other-host");
        await one.AdmitAsync();
        await one.FinishAsync(TestActor.Completed(await one.RunningAsync("w4", "lease-host")));
        var leases = await Mailbox.ListLeasesAsync("lease-host");
        Assert.Equal([(one.Key, ids[0]), (other.Key, ids[1])], leases.Select(lease => (lease.Actor, lease.ExecutionId)).Order());
        Assert.Empty(await Mailbox.ListLeasesAsync("no-host"));
    }
}
