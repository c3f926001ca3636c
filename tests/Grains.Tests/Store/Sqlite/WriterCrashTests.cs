using System.Diagnostics;
using Abaco.Grains.Tests.Store.Contract;
using Abaco.Store;

namespace Abaco.Grains.Tests.Store.Sqlite;

/// <summary>kill -9 of a process that admits messages as fast as it can: every id that it acknowledged is there when the store is opened again.</summary>
public sealed class WriterCrashTests : IDisposable
{
    private const int Rounds = 3;
    private const int Acknowledged = 400;
    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-crash-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Kill_WhileAdmitting_LosesNothingAcknowledged()
    {
        var acknowledged = new HashSet<string>();
        for (var round = 1; round <= Rounds; round++)
        {
            acknowledged.UnionWith(await AdmitUntilKilledAsync());
            Assert.True(acknowledged.Count >= round * Acknowledged);
            await using var store = AbacoStore.Open(_folder, new StoreOptions(), TimeProvider.System);
            var opening = (await store.Mailbox.OpenAsync(CrashChild.Actor))!;
            var pending = await store.Mailbox.ReadPendingAsync(CrashChild.Actor, 0, long.MaxValue, 1_000_000);
            Assert.Empty(acknowledged.Except(pending.Select(message => message.ExecutionId)));
            Assert.Equal(pending.Count, opening.Pending);
            Assert.Equal(pending.Count, pending.Select(message => message.Sequence).Distinct().Count());
            Assert.Equal(pending[^1].Sequence, opening.LastSequence);
            Assert.Equal(CrashChild.Text(pending[^1].ExecutionId), (await store.Mailbox.GetAsync(CrashChild.Actor, pending[^1].ExecutionId))!.Snapshot.Message);
        }
    }

    private async Task<List<string>> AdmitUntilKilledAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(CrashChild).Assembly.Location, CrashChild.Command, _folder]) { RedirectStandardOutput = true };
        using var child = Process.Start(start)!;
        var lines = new List<string>();
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            // The last line may have been cut off in the middle; only a whole one was acknowledged.
            if (line.EndsWith('.'))
                lines.Add(line[..^1]);
            if (lines.Count == Acknowledged)
                child.Kill();
        }

        await child.WaitForExitAsync();
        return lines;
    }
}

/// <summary>The process that is killed: this assembly, started as a program.</summary>
internal static class CrashChild
{
    public const string Command = "admit";
    public const string Actor = "dev_A1";

    public static string Text(string id) => $"text of {id}";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [Command, var folder])
            return 2;
        await using var store = AbacoStore.Open(folder, new StoreOptions(), TimeProvider.System);
        await store.Actors.BeginCreateAsync(
            new ActorRow(Actor, "alice", "default", ActorPhase.Creating, Abaco.Actors.ActorStatus.Submitted, "", StoreFixture.Start));
        await store.Actors.CompleteCreateAsync(Actor);
        var opening = (await store.Mailbox.OpenAsync(Actor))!;
        var sequence = opening.LastSequence;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => AdmitAsync()));
        return 0;

        async Task AdmitAsync()
        {
            while (true)
            {
                var id = HashIds.New();
                var message = new Abaco.Messages.MessageRequest { Kind = Abaco.Messages.MessageKind.Text, Text = Text(id), ContentType = "str" };
                var row = new MessageRow(Actor, Interlocked.Increment(ref sequence), id, message, "alice", "here", StoreFixture.Start);
                if (await store.Mailbox.AdmitAsync(opening.Epoch, row))
                    await Console.Out.WriteAsync($"{id}.\n");
            }
        }
    }
}
