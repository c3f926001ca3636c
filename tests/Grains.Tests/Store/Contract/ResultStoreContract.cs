using Abaco.Store;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>What <see cref="IResultStore"/> promises.</summary>
public abstract class ResultStoreContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private IResultStore Results => fixture.Store.Results;

    [Fact]
    public async Task PopAsync_OldestFirst_ThenNothing()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        byte[] largest = [.. Enumerable.Range(0, 131_072).Select(i => (byte)i)];
        foreach (var result in new byte[][] { [1], [], largest })
            await Results.AppendAsync(actor.Key, id, result);
        Assert.Equal([1], await Results.PopAsync(actor.Key, id));
        Assert.Equal(Array.Empty<byte>(), await Results.PopAsync(actor.Key, id));
        Assert.Equal(largest, await Results.PopAsync(actor.Key, id));
        Assert.Null(await Results.PopAsync(actor.Key, id));
    }

    [Fact]
    public async Task PopAsync_Concurrent_EachResultGoesToOne()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Results.AppendAsync(actor.Key, id, [(byte)i])));
        var popped = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Results.PopAsync(actor.Key, id)));
        Assert.Equal(Enumerable.Range(0, 20), popped.Where(result => result is not null).Select(result => (int)result![0]).Order());
    }

    [Fact]
    public async Task AppendAsync_NoSuchExecution_KeepsNothing()
    {
        var actor = await fixture.NewActorAsync();
        await Results.AppendAsync(actor.Key, "nothing", [1]);
        Assert.Null(await Results.PopAsync(actor.Key, "nothing"));
    }

    [Fact]
    public async Task ExpireAsync_OnlyAfterTheEnd_InBatches()
    {
        var actor = await fixture.NewActorAsync();
        var ended = await actor.RunningAsync("w1");
        var running = await actor.RunningAsync("w2");
        for (var i = 0; i < 3; i++)
            await Results.AppendAsync(actor.Key, ended, [(byte)i]);
        await Results.AppendAsync(actor.Key, running, [9]);
        Assert.Equal(0, await Results.ExpireAsync(DateTimeOffset.MaxValue, 10));
        var outcome = TestActor.Completed(ended);
        await actor.FinishAsync(outcome);
        await Results.AppendAsync(actor.Key, ended, [3]); // late, but kept as long
        Assert.Equal(0, await Results.ExpireAsync(outcome.Exited!.Finished, 10));
        Assert.Equal((2, 2, 0), (await ExpireAsync(), await ExpireAsync(), await ExpireAsync()));
        Assert.Null(await Results.PopAsync(actor.Key, ended));
        Assert.Equal([9], await Results.PopAsync(actor.Key, running));

        Task<int> ExpireAsync() => Results.ExpireAsync(outcome.Now.AddSeconds(1), 2);
    }

    [Fact]
    public async Task RemovePurgedAsync_LostThenPurged_TakesItsResultsToo()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await Results.AppendAsync(actor.Key, id, [1]);
        await actor.FinishAsync(TestActor.Lost(id));
        await fixture.Store.Mailbox.PurgeAsync(actor.Key, actor.Epoch, 1);
        while (await fixture.Store.Control.RemovePurgedAsync(10) > 0)
        {
        }

        Assert.Null(await Results.PopAsync(actor.Key, id));
    }
}
