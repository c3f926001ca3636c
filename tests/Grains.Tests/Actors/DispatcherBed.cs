using Abaco.Actors;
using Abaco.Grains.Tests.Store.Contract;
using Abaco.Store;

namespace Abaco.Grains.Tests.Actors;

/// <summary>A dispatcher on a real store whose calls can be held and made to fail.</summary>
internal sealed class DispatcherBed(StoreFixture fixture)
{
    public GatedMailboxStore Store { get; private set; } = null!;

    public TestActor Actor { get; private set; } = null!;

    /// <summary>The store behind the gates.</summary>
    public StoreParts Engine => fixture.Store;

    /// <summary>An activation with messages; a reopened one knows only from the rows that they wait.</summary>
    public async Task<Dispatcher> OpenAsync(int waiting = 0, bool reopened = false)
    {
        Actor = await fixture.NewActorAsync();
        Store = new GatedMailboxStore(fixture.Store.Mailbox);
        var dispatcher = await ReopenAsync();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, waiting).Select(_ => dispatcher.AdmitAsync(Actor.RowAt))), Assert.True);
        return reopened ? await ReopenAsync() : dispatcher;
    }

    /// <summary>The next activation.</summary>
    public async Task<Dispatcher> ReopenAsync() => new(Actor.Key, Store, await Actor.OpenAsync());

    public Task<TakenMessage?> TakeAsync(Dispatcher dispatcher, string worker, bool exclusive = false) =>
        dispatcher.TakeAsync(worker, "h1", exclusive, StoreFixture.Start);
}
