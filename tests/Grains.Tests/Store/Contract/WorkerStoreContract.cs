using Abaco.Store;
using Abaco.Workers;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>What <see cref="IWorkerStore"/> promises.</summary>
public abstract class WorkerStoreContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private IWorkerStore Workers => fixture.Store.Workers;

    [Fact]
    public async Task PutAsync_EveryField_ReadsBackOldestFirst()
    {
        var actor = fixture.NewKey();
        var younger = Worker(actor, "w-a") with { CreateTime = StoreFixture.Start.AddSeconds(1), LastExecutionTime = StoreFixture.Start };
        var older = Worker(actor, "w-b");
        await Workers.PutAsync(younger);
        await Workers.PutAsync(older);
        Assert.Equal([older, younger], await Workers.ListAsync(actor));
        Assert.Empty(await Workers.ListAsync(fixture.NewKey()));
    }

    [Fact]
    public async Task PutAsync_Again_ChangesStatusAndKeepsItsBirth()
    {
        var actor = fixture.NewKey();
        var worker = Worker(actor, "w1") with { Status = WorkerStatus.PullingImage };
        await Workers.PutAsync(worker);
        var later = StoreFixture.Start.AddMinutes(1);
        await Workers.PutAsync(worker with { Status = WorkerStatus.Ready, CreateTime = later, LastHealthCheckTime = later });
        Assert.Equal(worker with { Status = WorkerStatus.Ready, LastHealthCheckTime = later }, Assert.Single(await Workers.ListAsync(actor)));
    }

    [Fact]
    public async Task ListAsync_WorkerWithALease_IsBusyWithItsContainer()
    {
        var actor = await fixture.NewActorAsync();
        await Workers.PutAsync(Worker(actor.Key, "w1"));
        await Workers.PutAsync(Worker(actor.Key, "w2"));
        var id = await actor.RunningAsync("w1");
        await fixture.Store.Mailbox.NoteContainerAsync(actor.Key, id, 1, "c1", StoreFixture.Start);
        var busy = (await Workers.ListAsync(actor.Key))[0];
        Assert.Equal((WorkerStatus.Busy, "c1", actor.Wish(id).Now), (busy.Status, busy.ContainerId, busy.LastExecutionTime));
        Assert.Equal(WorkerStatus.Ready, (await Workers.ListAsync(actor.Key))[1].Status);
        await actor.FinishAsync(TestActor.Completed(id));
        var idle = (await Workers.ListAsync(actor.Key))[0];
        Assert.Equal((WorkerStatus.Ready, "c1"), (idle.Status, idle.ContainerId));
    }

    [Fact]
    public async Task RemoveAsync_OneOrNone_Succeeds()
    {
        var actor = fixture.NewKey();
        await Workers.PutAsync(Worker(actor, "w1"));
        await Workers.PutAsync(Worker(actor, "w2"));
        await Workers.RemoveAsync(actor, "w1");
        await Workers.RemoveAsync(actor, "w1");
        Assert.Equal("w2", Assert.Single(await Workers.ListAsync(actor)).Id);
    }

    [Fact]
    public async Task RemoveHostAsync_OnlyThatHosts()
    {
        var actor = fixture.NewKey();
        await Workers.PutAsync(Worker(actor, "w1") with { HostId = "gone" });
        await Workers.PutAsync(Worker(actor, "w2"));
        await Workers.RemoveHostAsync("gone");
        Assert.Equal("w2", Assert.Single(await Workers.ListAsync(actor)).Id);
    }

    internal static WorkerSnapshot Worker(string actor, string id) => new()
    {
        Id = id,
        Actor = ActorKey.Parse(actor),
        Status = WorkerStatus.Ready,
        Image = "image",
        Revision = 2,
        Location = "unix:///engine",
        ContainerId = id,
        HostId = "h1",
        HostIp = "127.0.0.1",
        CreateTime = StoreFixture.Start,
        LastHealthCheckTime = StoreFixture.Start,
    };
}
