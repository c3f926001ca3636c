using Abaco.Actors;
using Abaco.Executions;
using Abaco.Silo.Workers;

namespace Abaco.Cluster.Tests;

public sealed class CronTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2030, 5, 4, 10, 30, 0, TimeSpan.Zero);
    private readonly ShiftedTime _time = new();
    private readonly AbacoCluster _abaco;

    public CronTests() => _abaco = new AbacoCluster { Time = _time };

    public async Task InitializeAsync()
    {
        // Only then: a silo that joins under a clock other than its members' start times may take itself for a stale one.
        await _abaco.InitializeAsync();
        _time.Set(Start);
    }

    public Task DisposeAsync() => _abaco.DisposeAsync();

    [Fact]
    public async Task Register_Now_RunsAtOnceAsCron()
    {
        var actor = await RegisterAsync("now + 1 hour");

        var item = Assert.Single(await RunsAsync(actor));
        var ended = await _abaco.EndAsync(actor, item.ExecutionId);
        Assert.Equal(("cron", "This is your cron execution", "str"), (ended.Executor, ended.Message, ended.ContentType));
        Assert.Equal("http://172.17.0.1:8000", _abaco.Runtime.Runs.Single().Variable("_abaco_api_server"));
        var shown = await actor.GetAsync(AbacoCluster.Alice);
        Assert.Equal(("now + 1 hour", true), (shown.Parameters.CronSchedule, shown.Parameters.CronOn));
        Assert.Equal(At(11), shown.CronNextExecution);
    }

    [Fact]
    public async Task Sweep_DueRun_HappensOnceHoweverOftenItIsSwept()
    {
        var actor = await RegisterAsync("2030-05-04 12 + 1 hour");
        Assert.Empty(await RunsAsync(actor));
        _time.Set(At(12));

        await Task.WhenAll(SweepAsync(), SweepAsync(), SweepAsync());

        Assert.Single(await RunsAsync(actor));
        Assert.Equal(At(13), (await actor.GetAsync(AbacoCluster.Alice)).CronNextExecution);
    }

    [Fact]
    public async Task Sweep_AfterManyMissedRuns_HappensOnceAndTheScheduleGoesOn()
    {
        var actor = await RegisterAsync("2030-05-04 12 + 1 hour");
        _time.Set(At(12).AddDays(20).AddMinutes(5));

        await SweepAsync();
        await SweepAsync();

        Assert.Single(await RunsAsync(actor));
        Assert.Equal(At(13).AddDays(20), (await actor.GetAsync(AbacoCluster.Alice)).CronNextExecution);
        _time.Set(At(13).AddDays(20));
        await SweepAsync();
        Assert.Equal(2, (await RunsAsync(actor)).Count);
    }

    [Fact]
    public async Task Sweep_ClockGoneBack_DoesNotRepeatTheRun()
    {
        var actor = await RegisterAsync("2030-05-04 12 + 1 hour");
        _time.Set(At(12));
        await SweepAsync();

        _time.Set(At(11));
        await SweepAsync();
        _time.Set(At(12).AddMinutes(1));
        await SweepAsync();

        Assert.Single(await RunsAsync(actor));
    }

    [Fact]
    public async Task Update_WithoutCronFields_KeepsTheSchedule()
    {
        var actor = await RegisterAsync("2030-05-04 12 + 1 hour");
        var before = await actor.GetAsync(AbacoCluster.Alice);

        var after = await actor.UpdateAsync(AbacoCluster.Alice, new ActorRequest { Image = "echo", Description = "changed" });

        Assert.Equal(
            (before.Parameters.CronSchedule, before.Parameters.CronOn, before.CronNextExecution),
            (after.Parameters.CronSchedule, after.Parameters.CronOn, after.CronNextExecution));
    }

    [Fact]
    public async Task Update_CronOff_PausesAndOnResumesOnTheGrid()
    {
        var actor = await RegisterAsync("2030-05-04 12 + 1 hour");
        var paused = await actor.UpdateAsync(AbacoCluster.Alice, new ActorRequest { Image = "echo", CronOn = false });
        Assert.Equal((false, null), (paused.Parameters.CronOn!.Value, paused.CronNextExecution));
        _time.Set(At(15).AddMinutes(20));
        await SweepAsync();
        Assert.Empty(await RunsAsync(actor));

        var resumed = await actor.UpdateAsync(AbacoCluster.Alice, new ActorRequest { Image = "echo", CronOn = true });

        Assert.Equal(At(16), resumed.CronNextExecution);
        Assert.Empty(await RunsAsync(actor));
    }

    [Fact]
    public async Task Update_NewSchedule_ReplacesTheOld()
    {
        var actor = await RegisterAsync("2030-05-04 12 + 1 hour");

        await actor.UpdateAsync(AbacoCluster.Alice, new ActorRequest { Image = "echo", CronSchedule = "0 18 * * * Europe/Berlin", CronOn = null });
        _time.Set(At(12));
        await SweepAsync();

        Assert.Empty(await RunsAsync(actor));
        Assert.Equal(At(16), (await actor.GetAsync(AbacoCluster.Alice)).CronNextExecution);
    }

    [Fact]
    public async Task Register_PastStart_IsRefusedWithTheTime()
    {
        var refusal = await Assert.ThrowsAsync<AbacoException>(() => RegisterAsync("2030-05-04 9 + 1 hour"));

        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.Contains("2030-05-04 10:30", refusal.Message);
    }

    [Fact]
    public async Task Sweep_UpdateCutOffByACrash_KeepsTheScheduleThatTheStateSays()
    {
        var actor = await RegisterAsync("2030-05-04 12 + 1 hour");
        await _abaco.Store.Duties.BeginUpdateAsync(actor.GetPrimaryKeyString(), null, Start);
        _time.Set(At(12).AddMinutes(1));

        await SweepAsync();

        Assert.False((await _abaco.Store.Duties.ReadAsync(actor.GetPrimaryKeyString())).Changing);
        await SweepAsync();
        Assert.Single(await RunsAsync(actor));
    }

    [Fact]
    public async Task ListActors_ShowsWhenTheScheduleIsDue()
    {
        await RegisterAsync("2030-05-04 12 + 1 hour");

        var listed = Assert.Single(await _abaco.Grains.GetGrain<Catalog.ICatalogGrain>(0).ListActorsAsync(AbacoCluster.Alice));

        Assert.Equal(At(12), listed.CronNextExecution);
    }

    private static DateTimeOffset At(int hour) => new(2030, 5, 4, hour, 0, 0, TimeSpan.Zero);

    private Task<IActorGrain> RegisterAsync(string schedule) => _abaco.RegisterAsync(new ActorRequest { Image = "echo", CronSchedule = schedule });

    private Task SweepAsync() => _abaco.Service<Sweeper>().RunOnceAsync();

    private static async Task<IReadOnlyList<ExecutionItem>> RunsAsync(IActorGrain actor) =>
        (await actor.ListExecutionsAsync(AbacoCluster.Alice)).Items;
}
