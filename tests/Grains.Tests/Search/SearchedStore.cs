using System.Text.Json;
using Abaco.Access;
using Abaco.Actors;
using Abaco.Executions;
using Abaco.Messages;
using Abaco.Search;
using Abaco.Store;
using Abaco.Store.Sqlite;

namespace Abaco.Grains.Tests.Search;

/// <summary>A store in a temporary folder with actors and executions written as the grains write them.</summary>
public sealed class SearchedStore : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-search-").FullName;
    private readonly SqliteSession _grains;

    public SearchedStore()
    {
        Store = AbacoStore.Open(_folder, new StoreOptions(), TimeProvider.System);
        _grains = SqliteSession.OpenWriter(Store.GrainsPath);
    }

    internal AbacoStore Store { get; }

    /// <summary>Writes an actor: row and grain state.</summary>
    internal async Task AddActorAsync(string actor, ActorState state)
    {
        await Store.Actors.BeginCreateAsync(new ActorRow(actor, state.Owner, "default", ActorPhase.Creating, ActorStatus.Submitted, "", state.Created));
        _grains.Prepare("INSERT INTO grain_state (grain_type, grain_key, key_n0, key_n1, service_id, version, state) VALUES ('actor', $key, 0, 0, 's', 1, $state)")
            .Set("$key", actor).Set("$state", Json(state)).Run();
        await Store.Actors.CompleteCreateAsync(actor);
    }

    internal Task AddActorAsync(string actor, string owner, string image = "busybox") => AddActorAsync(actor, State(owner, image));

    internal void ChangeActor(string actor, ActorState state) =>
        _grains.Prepare("UPDATE grain_state SET state = $state, version = version + 1 WHERE grain_key = $key").Set("$key", actor).Set("$state", Json(state)).Run();

    internal void RemoveActor(string actor) => _grains.Prepare("DELETE FROM grain_state WHERE grain_key = $key").Set("$key", actor).Run();

    internal static ActorState State(string owner, string image = "busybox") => new()
    {
        Owner = owner,
        Permissions = { [owner] = PermissionLevel.Update },
        Definition = new ActorDefinition { Image = image },
        Revision = 1,
        Created = Noon,
        Updated = Noon,
    };

    /// <summary>Sends a message, and ends its execution when an exit code is given.</summary>
    internal async Task SendAsync(string actor, string id, string message, int? exitCode = null, string? log = null, DateTimeOffset? received = null)
    {
        var at = received ?? Noon;
        var opened = (await Store.Mailbox.OpenAsync(actor))!;
        var request = new MessageRequest { Kind = MessageKind.Text, ContentType = "str", Text = message };
        await Store.Mailbox.AdmitAsync(opened.Epoch, new MessageRow(actor, opened.LastSequence + 1, id, request, "alice", "http://here", at));
        if (exitCode is not { } code)
            return;
        await Store.Mailbox.TakeAsync(actor, opened.Epoch, new TakeRequest(id, "host", "worker1", at));
        var exited = new Ending.Exited(
            code, $$"""{"ExitCode":{{code}},"OOMKilled":{{(code == 137 ? "true" : "false")}},"StartedAt":"{{at:yyyy-MM-ddTHH:mm:ss}}.123456789Z"}""",
            5_000, 10, at.AddSeconds(1), at.AddSeconds(4));
        await Store.Mailbox.FinishAndTakeAsync(
            actor, opened.Epoch, new OutcomeRow(id, 1, ExecutionStatus.Complete, exited, null, false, false, at.AddSeconds(4)), null);
        if (log is not null)
            await Store.Logs.CommitAsync(actor, id, 1, log, DateTimeOffset.MaxValue);
    }

    internal Task<Found> FindAsync(SearchKind kind, string user, params (string Name, string Value)[] arguments) =>
        Store.Search.FindAsync(Query(kind, arguments), new SearchScope("dev", user, null, null));

    /// <summary>Ids of found executions, in order.</summary>
    internal async Task<string> ExecutionsAsync(params (string Name, string Value)[] arguments) =>
        string.Join(' ', (await FindAsync(SearchKind.Executions, "alice", arguments)).Executions.Select(execution => execution.Key.ExecutionId));

    /// <summary>Ids of found actors, in order.</summary>
    internal async Task<string> ActorsAsync(string user, params (string Name, string Value)[] arguments) =>
        string.Join(' ', (await FindAsync(SearchKind.Actors, user, arguments)).Actors.Select(actor => ActorKey.Parse(actor.Row.Actor).ActorId));

    internal static SearchQuery Query(SearchKind kind, params (string Name, string Value)[] arguments) =>
        SearchRules.Parse(kind, [.. arguments.Select(argument => new SearchArgument(argument.Name, argument.Value))]);

    /// <summary>A session of its own, as searches have.</summary>
    internal SqliteSession OpenSearcher(TimeProvider time) =>
        SqliteSession.OpenSearcher(Path.Combine(_folder, "abaco.db"), Store.GrainsPath, time);

    public async ValueTask DisposeAsync()
    {
        _grains.Dispose();
        await Store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Json(ActorState state) => JsonSerializer.Serialize(state, GrainStateJson.Options);
}
