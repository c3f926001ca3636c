using Abaco.Actors;
using Abaco.Executions;
using Abaco.Silo.Workers;
using Abaco.Workers;

namespace Abaco.Cluster.Tests;

public sealed class MainJobTests : IAsyncLifetime
{
    private readonly AbacoCluster _abaco = new();

    public Task InitializeAsync() => _abaco.InitializeAsync();

    public Task DisposeAsync() => _abaco.DisposeAsync();

    [Fact]
    public async Task Send_ReadyActor_RunsAndKeepsLog()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });

        var ended = await _abaco.RunAsync(actor, "hello");

        Assert.Equal(ExecutionStatus.Complete, ended.Status);
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(1_000, ended.CpuNanoseconds);
        Assert.Equal("alice", ended.Executor);
        Assert.NotNull(ended.WorkerId);
        var log = await _abaco.Execution(actor, ended.Key.ExecutionId).ReadLogAsync(AbacoCluster.Alice, 0, TimeSpan.Zero);
        Assert.Equal(("hello\n", true), (log.Text, log.Ended));
        Assert.Equal(ActorStatus.Ready, (await actor.GetAsync(AbacoCluster.Alice)).Status);
    }

    [Fact]
    public async Task Register_WithoutMessage_BecomesReady()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });

        var ready = await Until(() => actor.GetAsync(AbacoCluster.Alice), snapshot => snapshot.Status == ActorStatus.Ready);

        Assert.Equal("", ready.StatusMessage);
        Assert.Single(await actor.ListWorkersAsync(AbacoCluster.Alice), worker => worker.Status == WorkerStatus.Ready);
    }

    [Fact]
    public async Task Send_Stateless_GrowsToMaxWorkersAndNoFurther()
    {
        var gate = new TaskCompletionSource();
        var four = new CountdownEvent(4);
        _abaco.Runtime.Image("wait", async _ =>
        {
            if (four.CurrentCount > 0)
                four.Signal();
            await gate.Task;
            return 0;
        });
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "wait", MaxWorkers = 4 });
        var ids = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => _abaco.SendAsync(actor, $"m{i}")));

        await Task.Factory.StartNew(four.Wait, TaskCreationOptions.LongRunning);
        Assert.Equal(8, await actor.CountMessagesAsync(AbacoCluster.Alice));
        gate.SetResult();
        foreach (var id in ids)
            Assert.Equal(ExecutionStatus.Complete, (await _abaco.EndAsync(actor, id)).Status);

        Assert.Equal(4, _abaco.Runtime.Peak[actor.GetPrimaryKeyString()]);
        Assert.Equal(12, _abaco.Runtime.Runs.Count);
    }

    [Fact]
    public async Task Send_Stateful_KeepsOrderAndNeverOverlaps()
    {
        _abaco.Runtime.Image("count", async run =>
        {
            await Task.Yield();
            return int.Parse(run.Message) % 7 == 0 ? 1 : 0;
        });
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "count", Stateless = false });
        var ids = new List<string>();
        for (var i = 0; i < 60; i++)
            ids.Add(await _abaco.SendAsync(actor, $"{i}"));

        foreach (var id in ids)
            await _abaco.EndAsync(actor, id);

        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"{i}"), _abaco.Runtime.Runs.Select(run => run.Message));
        Assert.Equal(1, _abaco.Runtime.Peak[actor.GetPrimaryKeyString()]);
    }

    [Fact]
    public async Task Send_LostFourTimes_RunsAgainAndNamesCauses()
    {
        _abaco.Runtime.Image("shaky", run => run.Order.Attempt < 5 ? throw new SimulatedRuntime.LostException("engine gone") : Task.FromResult(0));
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "shaky" });

        var ended = await _abaco.RunAsync(actor, "x");

        Assert.Equal((ExecutionStatus.Complete, 5), (ended.Status, ended.Attempts));
        Assert.Equal(4, ended.Causes.Count(cause => cause.Contains("engine gone")));
    }

    [Fact]
    public async Task Send_LostFiveTimes_IsDeadLetterAndNextRuns()
    {
        _abaco.Runtime.Image("shaky", run => run.Message == "bad" ? throw new SimulatedRuntime.LostException("engine gone") : Task.FromResult(0));
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "shaky", Stateless = false });
        var bad = await _abaco.SendAsync(actor, "bad");

        var next = await _abaco.RunAsync(actor, "good");

        var dead = await _abaco.EndAsync(actor, bad);
        Assert.Equal((ExecutionStatus.Error, 5), (dead.Status, dead.Causes.Count));
        Assert.Equal(ExecutionStatus.Complete, next.Status);
    }

    [Fact]
    public async Task Send_NonZeroExitWithRetries_RunsAgainUnderSameId()
    {
        _abaco.Runtime.Image("second", run => Task.FromResult(run.Order.Attempt == 1 ? 3 : 0));
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "second", MaxRetries = 2 });

        var ended = await _abaco.RunAsync(actor, "x");

        Assert.Equal((0, 2), (ended.ExitCode, ended.Attempts));
    }

    [Fact]
    public async Task Register_UnknownImage_EndsInErrorWithEnginesWordsAndPutRecovers()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "missing" });
        var id = await _abaco.SendAsync(actor, "waits");

        var failed = await Until(() => actor.GetAsync(AbacoCluster.Alice), snapshot => snapshot.Status == ActorStatus.Error);
        Assert.Contains("no such image: missing", failed.StatusMessage);
        var repaired = await actor.UpdateAsync(AbacoCluster.Alice, new ActorRequest { Image = "echo" });

        Assert.Equal((ActorStatus.Submitted, 2), (repaired.Status, repaired.Revision));
        Assert.Equal(ExecutionStatus.Complete, (await _abaco.EndAsync(actor, id)).Status);
    }

    [Fact]
    public async Task Register_PullFailsForAWhile_ComesUpByItself()
    {
        _abaco.Runtime.PullFailures.Enqueue(new ImageUnavailableException("registry is away", permanent: false));
        _abaco.Runtime.PullFailures.Enqueue(new ImageUnavailableException("registry is away", permanent: false));
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });

        Assert.Equal(ExecutionStatus.Complete, (await _abaco.RunAsync(actor, "x")).Status);
    }

    [Fact]
    public async Task ForceQuit_Running_StopsAndCompletes()
    {
        var started = new TaskCompletionSource();
        _abaco.Runtime.Image("sleep", async run =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, run.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 137;
        });
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "sleep" });
        var id = await _abaco.SendAsync(actor, "x");
        await started.Task;

        await actor.ForceQuitAsync(AbacoCluster.Alice, id);

        Assert.Equal(137, (await _abaco.EndAsync(actor, id)).ExitCode);
        var refusal = await Assert.ThrowsAsync<AbacoException>(() => actor.ForceQuitAsync(AbacoCluster.Alice, id));
        Assert.Equal("Cannot force quit an execution not in RUNNING status. Execution was found in status: COMPLETE", refusal.Message);
    }

    [Fact]
    public async Task Purge_WaitingMessages_AreGoneAndRunningOneEnds()
    {
        var gate = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        _abaco.Runtime.Image("wait", async _ =>
        {
            started.TrySetResult();
            await gate.Task;
            return 0;
        });
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "wait", Stateless = false });
        var first = await _abaco.SendAsync(actor, "1");
        await started.Task;
        var second = await _abaco.SendAsync(actor, "2");

        await actor.PurgeAsync(AbacoCluster.Alice);

        Assert.Equal(0, await actor.CountMessagesAsync(AbacoCluster.Alice));
        var gone = await Assert.ThrowsAsync<AbacoException>(() => _abaco.Execution(actor, second).GetAsync(AbacoCluster.Alice));
        Assert.Equal(RefusalKind.NotFound, gone.Kind);
        gate.SetResult();
        Assert.Equal(ExecutionStatus.Complete, (await _abaco.EndAsync(actor, first)).Status);
        Assert.Equal(ExecutionStatus.Complete, (await _abaco.RunAsync(actor, "3")).Status);
    }

    [Fact]
    public async Task Delete_RunningActor_StopsAndForgetsEverything()
    {
        var started = new TaskCompletionSource();
        _abaco.Runtime.Image("sleep", async run =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, run.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 143;
        });
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "sleep" });
        var id = await _abaco.SendAsync(actor, "x");
        await started.Task;

        Assert.False(await actor.DeleteAsync(AbacoCluster.Alice));

        await Assert.ThrowsAsync<AbacoException>(() => actor.GetAsync(AbacoCluster.Alice));
        await Assert.ThrowsAsync<AbacoException>(() => _abaco.Execution(actor, id).GetAsync(AbacoCluster.Alice));
        await Assert.ThrowsAsync<AbacoException>(() => _abaco.SendAsync(actor, "y"));
        var work = _abaco.Grains.GetGrain<IActorWork>(actor.GetPrimaryKeyString());
        Assert.True(await Until(work.SettleAsync, done => done));
    }

    [Fact]
    public async Task Results_ArePoppedInOrderAndAnswerSynchronousMessages()
    {
        _abaco.Runtime.Image("results", async run =>
        {
            await run.Watch.ResultAsync([1]);
            await run.Watch.ResultAsync([]);
            await run.Watch.ResultAsync([3]);
            return 0;
        });
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "results" });
        var message = AbacoCluster.Text("x") with { Synchronous = true };
        var id = (await actor.SendAsync(AbacoCluster.Alice, message)).ExecutionId;
        var execution = _abaco.Execution(actor, id);

        var answer = await Until(() => execution.WaitForAnswerAsync(AbacoCluster.Alice), answer => !answer.NotYet);
        await _abaco.EndAsync(actor, id);

        Assert.Equal(new byte[] { 1 }, answer.Result);
        Assert.Equal(Array.Empty<byte>(), await execution.PopResultAsync(AbacoCluster.Alice));
        Assert.Equal(new byte[] { 3 }, await execution.PopResultAsync(AbacoCluster.Alice));
        Assert.Null(await execution.PopResultAsync(AbacoCluster.Alice));
    }

    [Fact]
    public async Task SetState_Stateful_ReachesNextExecution()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Stateless = false });
        await actor.SetStateAsync(AbacoCluster.Alice, """{"sum":3,"ok":true}""");

        await _abaco.RunAsync(actor, "x");

        Assert.Equal("{'sum': 3, 'ok': True}", _abaco.Runtime.Runs.Single().Variable("_abaco_actor_state"));
    }

    [Fact]
    public async Task Get_OtherUserOrTenant_IsRefused()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });

        var other = await Assert.ThrowsAsync<AbacoException>(() => actor.GetAsync(AbacoCluster.Bob));
        var stranger = await Assert.ThrowsAsync<AbacoException>(() => actor.GetAsync(AbacoCluster.Alice with { Tenant = "other" }));

        Assert.Equal((RefusalKind.NotAuthorized, RefusalKind.NotFound), (other.Kind, stranger.Kind));
    }

    /// <summary>Asks again until the answer fits; each question is a turn of the system, the patience is two minutes.</summary>
    private static async Task<T> Until<T>(Func<Task<T>> ask, Func<T, bool> fits)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var answer = await ask();
            if (fits(answer))
                return answer;
            await Task.Delay(20, patience.Token);
        }
    }
}
