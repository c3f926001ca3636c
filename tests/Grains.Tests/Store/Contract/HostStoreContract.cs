using Abaco.Store;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>What <see cref="IHostStore"/> promises.</summary>
public abstract class HostStoreContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private IHostStore Hosts => fixture.Store.Hosts;

    [Fact]
    public async Task ReportAsync_RaisesTheCounterAndReadsTheLeases()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync("w1", "reporting");
        await actor.RunningAsync("w2", "silent");
        for (var count = 1; count <= 3; count++)
        {
            Assert.Equal(id, Assert.Single(await Hosts.ReportAsync("reporting", "silo", StoreFixture.Start)).ExecutionId);
            var holders = await Hosts.ListHoldersAsync();
            Assert.Contains(new HostCount("reporting", count), holders);
            Assert.Contains(new HostCount("silent", 0), holders);
        }

        await actor.FinishAsync(TestActor.Completed(id));
        Assert.Empty(await Hosts.ReportAsync("reporting", "silo", StoreFixture.Start));
        Assert.DoesNotContain("reporting", (await Hosts.ListHoldersAsync()).Select(host => host.Host));
    }

    [Fact]
    public async Task ReportAsync_StopRequestedOrActorDeleted_IsToldWithTheLease()
    {
        var (stopped, deleted, other) = (await fixture.NewActorAsync(), await fixture.NewActorAsync(), await fixture.NewActorAsync());
        foreach (var actor in new[] { stopped, deleted, other })
            await actor.RunningAsync("w1", "stopping");
        await fixture.Store.Mailbox.RequestStopAsync(stopped.Key, "E00001");
        await fixture.Store.Actors.BeginDeleteAsync(deleted.Key);
        Assert.Equal(
            [(stopped.Key, true), (deleted.Key, true), (other.Key, false)],
            (await Hosts.ReportAsync("stopping", "silo", StoreFixture.Start)).Select(lease => (lease.Actor, lease.StopRequested)).Order());
    }
}
