using Abaco.Actors;
using Abaco.Messages;
using Abaco.Store;

namespace Abaco.Grains.Tests;

/// <summary>A store in a folder of its own that can be closed and opened again, as after a crash.</summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 5, 4, 10, 30, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-store-").FullName;

    public TemporaryStore() => Open = AbacoStore.Open(_folder, new StoreOptions(), TimeProvider.System);

    public AbacoStore Open { get; private set; }

    public static MessageRow Row(string actor, long sequence, string id, string text = "x") =>
        new(actor, sequence, id, new MessageRequest { Kind = MessageKind.Text, Text = text, ContentType = "str" }, "alice", "http://here", Now);

    public async Task ReopenAsync()
    {
        await Open.DisposeAsync();
        Open = AbacoStore.Open(_folder, new StoreOptions(), TimeProvider.System);
    }

    /// <summary>A live actor with an open mailbox.</summary>
    /// <returns>The epoch.</returns>
    public async Task<long> CreateAsync(string actor)
    {
        await Open.Actors.BeginCreateAsync(new ActorRow(actor, "alice", "default", ActorPhase.Creating, ActorStatus.Submitted, "", Now));
        await Open.Actors.CompleteCreateAsync(actor);
        return (await Open.Mailbox.OpenAsync(actor))!.Epoch;
    }

    public async ValueTask DisposeAsync()
    {
        await Open.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
