using Abaco.Actors;
using Abaco.Executions;
using Abaco.Messages;

namespace Abaco.Cluster.Tests;

public sealed class SendingTests : IAsyncLifetime
{
    private readonly AbacoCluster _abaco = new();

    public Task InitializeAsync() => _abaco.InitializeAsync();

    public Task DisposeAsync() => _abaco.DisposeAsync();

    [Fact]
    public async Task SendBatch_Stateful_RunsEachOnceInOrderAmongSingleMessages()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Stateless = false });
        var batch = Enumerable.Range(0, 40).Select(number => AbacoCluster.Text($"b{number}")).ToList();

        var first = await _abaco.SendAsync(actor, "first");
        var receipt = await actor.SendBatchAsync(AbacoCluster.Alice, batch);
        var last = await _abaco.SendAsync(actor, "last");
        await _abaco.EndAsync(actor, last);

        Assert.Equal(["first", .. batch.Select(message => message.Text), "last"], _abaco.Runtime.Runs.Select(run => run.Message));
        Assert.Equal([first, .. receipt.ExecutionIds, last], _abaco.Runtime.Runs.Select(run => run.Order.Execution.ExecutionId));
    }

    [Fact]
    public async Task SendBatch_OneBadMessage_NamesItAndAdmitsNone()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });

        var refusal = await Assert.ThrowsAsync<AbacoException>(
            () => actor.SendBatchAsync(AbacoCluster.Alice, [AbacoCluster.Text("a"), AbacoCluster.Text("b\0")]));

        Assert.StartsWith("messages[1]: message: ", refusal.Message);
        Assert.Equal(0, (await actor.ListExecutionsAsync(AbacoCluster.Alice)).TotalExecutions);
    }

    [Fact]
    public async Task SendBatch_EmptyOrTooMany_IsRefused()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var tooMany = Enumerable.Repeat(AbacoCluster.Text("x"), 10_001).ToList();

        await Assert.ThrowsAsync<AbacoException>(() => actor.SendBatchAsync(AbacoCluster.Alice, []));
        await Assert.ThrowsAsync<AbacoException>(() => actor.SendBatchAsync(AbacoCluster.Alice, tooMany));
    }

    [Fact]
    public async Task Send_SameKeyFromManyAtOnce_MakesOneExecution()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Stateless = false });

        var receipts = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => actor.SendAsync(AbacoCluster.Alice, AbacoCluster.Text("once"), "key")));
        var after = await _abaco.RunAsync(actor, "after");

        Assert.Single(receipts.Distinct());
        Assert.Equal(["once", "after"], _abaco.Runtime.Runs.Select(run => run.Message));
        Assert.Equal(ExecutionStatus.Complete, after.Status);
        Assert.Equal(0, await actor.CountMessagesAsync(AbacoCluster.Alice));
    }

    [Fact]
    public async Task Send_SameKeyOtherBody_IsAConflict()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        await actor.SendAsync(AbacoCluster.Alice, AbacoCluster.Text("a"), "key");

        var refusal = await Assert.ThrowsAsync<AbacoException>(() => actor.SendAsync(AbacoCluster.Alice, AbacoCluster.Text("b"), "key"));

        Assert.Equal(RefusalKind.Conflict, refusal.Kind);
    }

    [Fact]
    public async Task Send_SynchronousRepeatWhileManyWait_FindsTheFirst()
    {
        _abaco.Runtime.Image("stay", async run =>
        {
            await Task.Delay(Timeout.Infinite, run.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        });
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "stay", Stateless = false });
        var message = AbacoCluster.Text("x") with { Synchronous = true };
        var first = await actor.SendAsync(AbacoCluster.Alice, message, "key");
        await actor.SendBatchAsync(AbacoCluster.Alice, [.. Enumerable.Repeat(AbacoCluster.Text("y"), 10)]);

        Assert.Equal(first, await actor.SendAsync(AbacoCluster.Alice, message, "key"));
        await Assert.ThrowsAsync<AbacoException>(() => actor.SendAsync(AbacoCluster.Alice, message, "another"));
    }

    [Fact]
    public async Task SendBatch_SameKey_AnswersTheSameIds()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        MessageRequest[] batch = [AbacoCluster.Text("a"), AbacoCluster.Text("b")];

        var first = await actor.SendBatchAsync(AbacoCluster.Alice, batch, "key");
        var again = await actor.SendBatchAsync(AbacoCluster.Alice, batch, "key");

        Assert.Equal(first.ExecutionIds, again.ExecutionIds);
        Assert.Equal(2, (await actor.ListExecutionsAsync(AbacoCluster.Alice)).TotalExecutions);
    }
}
