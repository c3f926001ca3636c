using Abaco.Actors;
using Abaco.Store;
using Microsoft.Extensions.Time.Testing;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>The parts of an open store.</summary>
internal sealed record StoreParts(
    IMailboxStore Mailbox, IActorStore Actors, IDutyStore Duties, IBodyStore Bodies, IResultStore Results, ILogStore Logs, IWorkerStore Workers, IHostStore Hosts,
    IStoreControl Control);

/// <summary>A store of one engine, empty at first; one for each test class. The suite knows nothing of the engine but this.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    /// <summary>The time that all tests begin at; tests pass times on, and advance the clock only where the store takes its own.</summary>
    public static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(20_000);

    private int _actors;

    public FakeTimeProvider Time { get; } = new(Start);

    internal abstract StoreParts Store { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    /// <summary>Closes the store as a process does that ends, and opens it again.</summary>
    public abstract Task ReopenAsync();

    /// <summary>Writes grain state as the engine's grain storage does.</summary>
    internal abstract Task WriteStateAsync(string actor, ActorState state);

    /// <summary>A key that no other test uses; keys sort as they were made.</summary>
    internal string NewKey(string tenant = "dev") => $"{tenant}_A{++_actors:0000}";

    /// <summary>A live actor with an open mailbox.</summary>
    internal async Task<TestActor> NewActorAsync(string tenant = "dev", string queue = "default")
    {
        var key = NewKey(tenant);
        await Store.Actors.BeginCreateAsync(new ActorRow(key, "alice", queue, ActorPhase.Creating, ActorStatus.Submitted, "", Start));
        await Store.Actors.CompleteCreateAsync(key);
        await Store.Actors.SetStatusAsync(key, ActorStatus.Ready, "");
        var actor = new TestActor(this, key);
        await actor.OpenAsync();
        return actor;
    }
}
