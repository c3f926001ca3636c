using Abaco.Store;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>What <see cref="IStoreControl"/> promises.</summary>
public abstract class StoreControlContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private IStoreControl Control => fixture.Store.Control;

    [Fact]
    public async Task CheckAsync_Works_IsNull() => Assert.Null(await Control.CheckAsync());

    [Fact]
    public async Task ClusterId_AfterReopening_IsTheSame()
    {
        var id = Control.ClusterId;
        Assert.Matches("^[0-9a-f]{16}$", id);
        await fixture.ReopenAsync();
        Assert.Equal(id, Control.ClusterId);
    }

    [Fact]
    public async Task RemovePurgedAsync_Batches_TakeOnlyWhatIsPurged()
    {
        var actor = await fixture.NewActorAsync();
        var ids = await actor.AdmitAsync(7);
        await actor.TakeAsync(ids[0]);
        await fixture.Store.Mailbox.PurgeAsync(actor.Key, actor.Epoch, 6);
        Assert.Equal((3, 2, 0), (await Control.RemovePurgedAsync(3), await Control.RemovePurgedAsync(3), await Control.RemovePurgedAsync(3)));
        Assert.Equal([ids[0], ids[6]], (await actor.ListAsync()).Items.Select(item => item.ExecutionId));
        Assert.Equal([ids[6]], await actor.PendingAsync());
    }
}
