using Abaco.Actors;
using Abaco.Executions;
using Abaco.Grains.Tests.Store.Contract;
using Abaco.Grains.Tests.Store.Sqlite;
using Abaco.Grains.Tests.Workers;
using Abaco.Workers;
using Microsoft.Extensions.Time.Testing;

namespace Abaco.Grains.Tests.Actors;

/// <summary>The desk of one activation on a real store: who may join, who is woken for what, what a repeated call gets.</summary>
public sealed class WorkDeskTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private readonly FakeTimeProvider _time = new(StoreFixture.Start);
    private readonly QuietGrains _grains = new();
    private readonly List<TimeSpan> _pauses = [];
    private ActorState _state = new();
    private GatedMailboxStore _store = null!;
    private TestActor _actor = null!;
    private Dispatcher _dispatcher = null!;
    private ActorStanding _standing = null!;

    [Fact]
    public Task JoinAsync_OnlyAsManyAsAreWanted() => GrainTurns.RunAsync(async () =>
    {
        var desk = await OpenAsync(waiting: 2);
        desk.Announce();
        Assert.Equal(2, _grains.Wanted.Last());
        Assert.NotNull(await desk.JoinAsync(Worker("w1")));
        Assert.NotNull(await desk.JoinAsync(Worker("w2")));
        Assert.Null(await desk.JoinAsync(Worker("w3")));
        Assert.Equal(2, desk.Pool.Count);
    });

    [Fact]
    public Task Announce_LeaseOfAWorkerNotHeardOfYet_WantsNoOther() => GrainTurns.RunAsync(async () =>
    {
        await OpenAsync(waiting: 1, stateless: false);
        await _actor.TakeAsync((await _actor.PendingAsync())[0], "elsewhere");
        var desk = await ReopenAsync();
        desk.AnnounceAgain();
        Assert.Equal(0, _grains.Wanted.Last());
        Assert.Null(await desk.JoinAsync(Worker("w2")));
    });

    [Fact]
    public Task WaitForWorkAsync_LeftMeanwhile_DoesNotStandAgain() => GrainTurns.RunAsync(async () =>
    {
        var desk = await OpenAsync();
        var wait = desk.WaitForWorkAsync(Worker("w1"), CancellationToken.None);
        await desk.LeftAsync(Worker("w1"));
        _time.Advance(IExecutionGrain.LongestWait);
        Assert.Equal(IdleAdvice.Wait, await wait);
        Assert.False(desk.Pool.Knows("w1"));
        await _dispatcher.AdmitAsync(_actor.RowAt);
        desk.Wake();
        Assert.Equal(1, _grains.Wanted.Last());
    });

    [Fact]
    public Task WaitForWorkAsync_LeaseWhoseAnswerWasLost_IsToldToTake() => GrainTurns.RunAsync(async () =>
    {
        var desk = await OpenAsync(waiting: 1, stateless: false);
        var order = (await desk.TakeAsync(Worker("w1"))).Order!;
        desk.Pool.RetireAll();
        Assert.Equal(IdleAdvice.Take, await desk.WaitForWorkAsync(Worker("w1"), CancellationToken.None));
        Assert.Equal(order.Execution, (await desk.TakeAsync(Worker("w1"))).Order!.Execution);
    });

    [Fact]
    public Task Wake_MessagesThatBecameDurableTogether_WakeAsManyWorkers() => GrainTurns.RunAsync(async () =>
    {
        var desk = await OpenAsync();
        var waits = new[] { "w1", "w2", "w3" }.Select(id => desk.WaitForWorkAsync(Worker(id), CancellationToken.None)).ToList();
        await Task.WhenAll(_dispatcher.AdmitAsync(_actor.RowAt), _dispatcher.AdmitAsync(_actor.RowAt));
        desk.Wake();
        Assert.Equal((IdleAdvice.Take, IdleAdvice.Take), (await waits[2], await waits[1]));
        Assert.False(waits[0].IsCompleted);
    });

    [Fact]
    public Task FinishAndTakeAsync_CannotStart_WaitsOutThePauseThoughWorkersAreIdle() => GrainTurns.RunAsync(async () =>
    {
        var desk = await OpenAsync(waiting: 1);
        var order = (await desk.TakeAsync(Worker("w1"))).Order!;
        var idle = desk.WaitForWorkAsync(Worker("w2"), CancellationToken.None);
        var answer = await desk.FinishAndTakeAsync(Worker("w1"), CannotStart(order), takeNext: false);
        Assert.Equal((TakeAnswer.Nothing, 1), (answer, _dispatcher.Waiting));
        Assert.False(idle.IsCompleted);
        Assert.Equal(TakeAnswer.Nothing, await desk.TakeAsync(Worker("w3")));
        Assert.Null(await desk.JoinAsync(Worker("w4")));
        _time.Advance(Assert.Single(_pauses));
        desk.AnnounceAgain();
        Assert.Equal(IdleAdvice.Take, await idle);
        Assert.Equal(2, (await desk.TakeAsync(Worker("w2"))).Order!.Attempt);
    });

    [Fact]
    public Task FinishAndTakeAsync_CannotStartOfAnOlderRevision_SaysNothingOfThisOne() => GrainTurns.RunAsync(async () =>
    {
        var desk = await OpenAsync(waiting: 1);
        var order = (await desk.TakeAsync(Worker("w1"))).Order!;
        _state.Revision++;
        desk.Pool.RetireBefore(_state.Revision);
        Assert.Equal(TakeAnswer.Leave, await desk.FinishAndTakeAsync(Worker("w1"), CannotStart(order, permanent: true), takeNext: false));
        Assert.Equal((ActorStatus.Ready, 1), (_standing.Status, _dispatcher.Waiting));
        Assert.NotNull((await desk.TakeAsync(Worker("w2", revision: 2))).Order);
    });

    [Fact]
    public Task FinishAndTakeAsync_RepeatedAfterTheWorkerWasRetired_StillGetsItsLease() => GrainTurns.RunAsync(async () =>
    {
        var desk = await OpenAsync(waiting: 2);
        var ended = Exited((await desk.TakeAsync(Worker("w1"))).Order!);
        var next = (await desk.FinishAndTakeAsync(Worker("w1"), ended, takeNext: true)).Order!;
        desk.Pool.Retire("w1");
        Assert.Equal(next.Execution, (await desk.FinishAndTakeAsync(Worker("w1"), ended, takeNext: true)).Order!.Execution);
        Assert.Equal(TakeAnswer.Leave, await desk.FinishAndTakeAsync(Worker("w1"), Exited(next), takeNext: true));
    });

    [Fact]
    public Task FinishAndTakeAsync_StatefulActor_WakesTheOtherWorkerWhenThisOneYields() => GrainTurns.RunAsync(async () =>
    {
        var desk = await OpenAsync(waiting: 2, stateless: false);
        var order = (await desk.TakeAsync(Worker("w1"))).Order!;
        var idle = desk.WaitForWorkAsync(Worker("w2"), CancellationToken.None);
        Assert.Equal(TakeAnswer.Nothing, await desk.TakeAsync(Worker("w3")));
        Assert.False(idle.IsCompleted);
        await desk.FinishAndTakeAsync(Worker("w1"), Exited(order), takeNext: false);
        Assert.Equal(IdleAdvice.Take, await idle);
    });

    [Fact]
    public Task RevokeAsync_LostLease_IsTheNextAttemptOfAnother() => GrainTurns.RunAsync(async () =>
    {
        var desk = await OpenAsync(waiting: 1, stateless: false);
        var order = (await desk.TakeAsync(Worker("w1"))).Order!;
        var idle = desk.WaitForWorkAsync(Worker("w2"), CancellationToken.None);
        Assert.True(await desk.RevokeAsync(order.Execution.ExecutionId, order.Attempt, "host gone"));
        Assert.False(await desk.RevokeAsync(order.Execution.ExecutionId, order.Attempt, "host gone"));
        Assert.Equal(IdleAdvice.Take, await idle);
        var again = (await desk.TakeAsync(Worker("w2"))).Order!;
        Assert.Equal((order.Execution, 2), (again.Execution, again.Attempt));
        Assert.Equal(TakeAnswer.Nothing, await desk.FinishAndTakeAsync(Worker("w1"), Exited(order), takeNext: true));
        Assert.Equal(ExecutionStatus.Running, (await _actor.GetAsync(order.Execution.ExecutionId))!.Status);
    });

    private static WorkerRef Worker(string id, int revision = 1) => WorkerPoolTests.Worker(id, revision);

    private static AttemptEnded Exited(WorkOrder order) => new(
        order.Execution.ExecutionId, order.Attempt, new Ending.Exited(0, "{}", 0, 0, StoreFixture.Start, StoreFixture.Start));

    private static AttemptEnded CannotStart(WorkOrder order, bool permanent = false) =>
        new(order.Execution.ExecutionId, order.Attempt, new Ending.CannotStart("engine says no", permanent));

    private async Task<WorkDesk> OpenAsync(int waiting = 0, bool stateless = true)
    {
        _actor = await fixture.NewActorAsync();
        _store = new GatedMailboxStore(fixture.Store.Mailbox);
        _state = new ActorState { Owner = "alice", Definition = new ActorDefinition { Image = "image", Stateless = stateless }, Revision = 1 };
        var desk = await ReopenAsync();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, waiting).Select(_ => _dispatcher.AdmitAsync(_actor.RowAt))), Assert.True);
        return desk;
    }

    private async Task<WorkDesk> ReopenAsync()
    {
        var store = fixture.Store;
        _dispatcher = new Dispatcher(_actor.Key, _store, await _actor.OpenAsync());
        _standing = new ActorStanding(_actor.Key, store.Actors, ActorStatus.Ready, "");
        var parts = new ActorParts(store.Actors, store.Mailbox, store.Duties, store.Workers, null!, null!, null!, new ActorDefaults(), _time);
        return new WorkDesk(ActorKey.Parse(_actor.Key), () => _state, _dispatcher, _standing, parts, _grains.Factory, _pauses.Add);
    }
}
