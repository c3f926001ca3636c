using Abaco.Access;
using Abaco.Actors;
using Abaco.Executions;
using Abaco.Store;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>What <see cref="IActorStore"/> promises.</summary>
public abstract class ActorStoreContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private static readonly DateTimeOffset Start = StoreFixture.Start;

    private IActorStore Actors => fixture.Store.Actors;

    [Fact]
    public async Task BeginCreateAsync_IsAnIntentThatNobodySees()
    {
        var key = fixture.NewKey("intent");
        await BeginAsync(key, "q-intent");
        await fixture.WriteStateAsync(key, State("alice"));
        Assert.Equal(new ActorRow(key, "alice", "q-intent", ActorPhase.Creating, ActorStatus.Submitted, "", Start), await Actors.GetAsync(key));
        Assert.Empty(await Actors.ListAsync("intent", "alice"));
        Assert.Empty(await Actors.ListDemandAsync("q-intent", "", 10));
        await Actors.CompleteCreateAsync(key);
        Assert.Equal(ActorPhase.Live, (await Actors.GetAsync(key))!.Phase);
        Assert.Single(await Actors.ListAsync("intent", "alice"));
        Assert.Equal([new ActorDemand(key, 0)], await Actors.ListDemandAsync("q-intent", "", 10));
    }

    [Fact]
    public async Task BeginCreateAsync_Repeated_ChangesNothing()
    {
        var actor = await fixture.NewActorAsync();
        await BeginAsync(actor.Key, "other");
        await Actors.CompleteCreateAsync(actor.Key);
        var row = (await Actors.GetAsync(actor.Key))!;
        Assert.Equal((ActorPhase.Live, ActorStatus.Ready, "default"), (row.Phase, row.Status, row.Queue));
        await actor.AdmitAsync();
    }

    [Fact]
    public async Task SetStatusAsync_LiveActor_IsChanged()
    {
        var actor = await fixture.NewActorAsync();
        await Actors.SetStatusAsync(actor.Key, ActorStatus.Error, "no such image");
        var row = (await Actors.GetAsync(actor.Key))!;
        Assert.Equal((ActorStatus.Error, "no such image"), (row.Status, row.StatusMessage));
    }

    [Fact]
    public async Task SetStatusAsync_NotLive_IsNotChanged()
    {
        var actor = await fixture.NewActorAsync();
        await Actors.BeginDeleteAsync(actor.Key);
        await Actors.SetStatusAsync(actor.Key, ActorStatus.Error, "late");
        await Actors.CompleteCreateAsync(actor.Key);
        var row = (await Actors.GetAsync(actor.Key))!;
        Assert.Equal((ActorPhase.Deleting, ActorStatus.Ready), (row.Phase, row.Status));
        Assert.Null(await Actors.GetAsync("dev_nothing"));
    }

    [Fact]
    public async Task ListAsync_ShowsWhatTheUserOrEverybodyMayRead()
    {
        var tenant = "lists";
        var own = await LiveAsync(tenant, State("alice"));
        var shared = await LiveAsync(tenant, State("bob", ("alice", PermissionLevel.Read)));
        var world = await LiveAsync(tenant, State("bob", (Caller.World, PermissionLevel.Execute)));
        var none = await LiveAsync(tenant, State("bob", ("alice", PermissionLevel.None)));
        await LiveAsync("other", State("alice"));
        var deleted = await LiveAsync(tenant, State("alice"));
        await Actors.BeginDeleteAsync(deleted);
        var listed = await Actors.ListAsync(tenant, "alice");
        Assert.Equal([own, shared, world], listed.Select(listing => listing.Row.Actor));
        Assert.Contains("\"Owner\":\"alice\"", listed[0].StateJson);
        Assert.Equal([shared, world, none], (await Actors.ListAsync(tenant, "bob")).Select(listing => listing.Row.Actor));
        Assert.Empty(await Actors.ListAsync("nobody", "alice"));
    }

    [Fact]
    public async Task ListDemandAsync_PagesThroughActorsWithWork()
    {
        var waiting = await fixture.NewActorAsync(queue: "q-demand");
        await waiting.AdmitAsync(3);
        await fixture.NewActorAsync(queue: "q-demand"); // READY and idle
        var submitted = await fixture.NewActorAsync(queue: "q-demand");
        await Actors.SetStatusAsync(submitted.Key, ActorStatus.Submitted, "");
        var broken = await fixture.NewActorAsync(queue: "q-demand");
        await broken.AdmitAsync();
        await Actors.SetStatusAsync(broken.Key, ActorStatus.Error, "");
        var running = await fixture.NewActorAsync(queue: "q-demand");
        await running.RunningAsync();
        var purged = await fixture.NewActorAsync(queue: "q-demand");
        await purged.AdmitAsync(2);
        await fixture.Store.Mailbox.PurgeAsync(purged.Key, purged.Epoch, 2);
        var deleted = await fixture.NewActorAsync(queue: "q-demand");
        await deleted.AdmitAsync();
        await Actors.BeginDeleteAsync(deleted.Key);
        var last = await fixture.NewActorAsync(queue: "q-demand");
        await last.AdmitAsync();

        var first = await Actors.ListDemandAsync("q-demand", "", 2);
        Assert.Equal([new ActorDemand(waiting.Key, 3), new ActorDemand(submitted.Key, 0)], first);
        Assert.Equal([new ActorDemand(last.Key, 1)], await Actors.ListDemandAsync("q-demand", first[^1].Actor, 2));
        Assert.Empty(await Actors.ListDemandAsync("q-demand", last.Key, 2));
    }

    [Fact]
    public async Task ListHalfMadeAsync_OnlyThoseThatStandStillForLong()
    {
        await DrainHalfMadeAsync();
        var creating = fixture.NewKey();
        await BeginAsync(creating, "default");
        var deleting = await fixture.NewActorAsync();
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        var since = fixture.Time.GetUtcNow();
        await Actors.BeginDeleteAsync(deleting.Key);
        await fixture.NewActorAsync();
        Assert.Equal([creating], (await Actors.ListHalfMadeAsync(since, 10)).Select(row => row.Actor));
        var all = await Actors.ListHalfMadeAsync(since.AddTicks(TimeSpan.TicksPerMillisecond), 10);
        Assert.Equal([creating, deleting.Key], all.Select(row => row.Actor).Order());
        Assert.Single(await Actors.ListHalfMadeAsync(since.AddHours(1), 1));
        await DrainHalfMadeAsync();
    }

    [Fact]
    public async Task RemoveBatchAsync_Live_IsNeverTouched()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.AdmitAsync();
        Assert.False(await Actors.RemoveBatchAsync(actor.Key, 100));
        Assert.Equal(ActorPhase.Live, (await Actors.GetAsync(actor.Key))!.Phase);
        Assert.NotNull(await actor.GetAsync(id));
    }

    [Fact]
    public async Task RemoveBatchAsync_Deleted_GoesInSmallBatchesUntilNothingIsLeft()
    {
        var store = fixture.Store;
        var actor = await fixture.NewActorAsync();
        var neighbour = await fixture.NewActorAsync();
        var kept = await neighbour.RunningAsync();
        await store.Results.AppendAsync(neighbour.Key, kept, [1]);
        var ids = await actor.AdmitAsync(7);
        await actor.TakeAsync(ids[0]);
        for (byte i = 0; i < 5; i++)
            await store.Results.AppendAsync(actor.Key, ids[0], [i]);
        foreach (var id in ids)
            await store.Logs.CommitAsync(actor.Key, id, 1, "text", Start.AddDays(1));
        await store.Workers.PutAsync(WorkerStoreContract<TFixture>.Worker(actor.Key, "w1"));
        var upload = "0123456789abcdef0123456789abcd01";
        await store.Bodies.AppendAsync(upload, 0, new byte[10], Start);
        Assert.True(await store.Mailbox.AdmitAsync(actor.Epoch, actor.Row(upload: upload, uploadBytes: 10)));

        await Actors.BeginDeleteAsync(actor.Key);
        Assert.Null(await actor.GetAsync(ids[0]));
        var batches = 1;
        while (!await Actors.RemoveBatchAsync(actor.Key, 3))
            batches++;
        Assert.True(batches >= 3, $"7 logs at 3 a batch went in {batches}");
        Assert.Null(await Actors.GetAsync(actor.Key));
        Assert.Null(await store.Results.PopAsync(actor.Key, ids[0]));
        Assert.Null(await store.Logs.ReadAsync(actor.Key, ids[0], Start));
        Assert.Empty(await store.Workers.ListAsync(actor.Key));
        Assert.Empty((await actor.ListAsync()).Items);
        await store.Bodies.SweepAsync(DateTimeOffset.UnixEpoch, 10);
        Assert.Null(await store.Bodies.ReadAsync(upload, 0));
        Assert.True(await Actors.RemoveBatchAsync(actor.Key, 3));

        Assert.Equal(ExecutionStatus.Running, (await neighbour.GetAsync(kept))!.Status);
        Assert.NotNull(await store.Results.PopAsync(neighbour.Key, kept));
    }

    [Fact]
    public async Task RemoveBatchAsync_NeverCompleted_GoesLikeADeletedOne()
    {
        var key = fixture.NewKey();
        await BeginAsync(key, "default");
        Assert.True(await Actors.RemoveBatchAsync(key, 10));
        Assert.Null(await Actors.GetAsync(key));
        await Actors.CompleteCreateAsync(key);
        Assert.Null(await Actors.GetAsync(key));
    }

    private Task BeginAsync(string key, string queue) =>
        Actors.BeginCreateAsync(new ActorRow(key, "alice", queue, ActorPhase.Creating, ActorStatus.Submitted, "", Start));

    private async Task DrainHalfMadeAsync()
    {
        foreach (var row in await Actors.ListHalfMadeAsync(DateTimeOffset.MaxValue.AddYears(-1), 1_000))
            while (!await Actors.RemoveBatchAsync(row.Actor, 1_000))
            {
            }
    }

    private async Task<string> LiveAsync(string tenant, ActorState state)
    {
        var actor = await fixture.NewActorAsync(tenant);
        await fixture.WriteStateAsync(actor.Key, state);
        return actor.Key;
    }

    private static ActorState State(string owner, params (string User, PermissionLevel Level)[] others)
    {
        var state = new ActorState { Owner = owner, Permissions = { [owner] = PermissionLevel.Update } };
        foreach (var (user, level) in others)
            state.Permissions[user] = level;
        return state;
    }
}
