using System.Reflection;
using System.Text.RegularExpressions;
using Abaco.Actors;
using Abaco.Events;
using Abaco.Grains.Tests.Store.Contract;
using Abaco.Store;
using Abaco.Store.Migrations;
using Abaco.Store.Sqlite;

namespace Abaco.Grains.Tests.Store.Sqlite;

/// <summary>
/// Every statement that the store prepares, with 100,000 messages waiting on one actor: none may walk a table that grows, so that the cost of a call does
/// not depend on how many wait or are stored (performance.md, P5, P6).
/// </summary>
public sealed partial class QueryPlanTests : StoreFixture
{
    private const int Waiting = 100_000;

    /// <summary>What may be walked: one-row tables, what was selected by index (v), the permissions of one grain (p), and partial indices that hold only what is to be done.</summary>
    private static readonly string[] MayScan =
    [
        "SCAN cluster", "SCAN held", "SCAN CONSTANT ROW", "SCAN v", "SCAN p EXISTS VIRTUAL TABLE", "SCAN p VIRTUAL TABLE", "SCAN log_index VIRTUAL TABLE INDEX 0:=", "SCAN actors USING INDEX actors_purged", "SCAN actors USING INDEX actors_demand", "SCAN actors USING COVERING INDEX actors_purged",
        "SCAN executions USING COVERING INDEX executions_leases", "SCAN uploads USING COVERING INDEX uploads_discarded",
        "SCAN uploads USING INDEX uploads_discarded",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-plans-").FullName;
    private readonly List<SqliteSession> _sessions = [];
    private SqliteWriter _writer = null!;
    private SqliteReaders _readers = null!;
    private StoreParts _store = null!;

    internal override StoreParts Store => _store;

    private string Database => Path.Combine(_folder, "abaco.db");

    private string Grains => Path.Combine(_folder, "grains.db");

    public override Task InitializeAsync()
    {
        foreach (var (path, scripts) in new[] { (Database, "Sqlite"), (Grains, "SqliteGrains") })
            using (var session = SqliteSession.OpenWriter(path))
                SqliteMigrator.Migrate(session, MigrationScript.Load(scripts), path, Start);
        _writer = new SqliteWriter(() => Keep(SqliteSession.OpenWriter(Database)), 1L << 26);
        _readers = new SqliteReaders(() => Keep(SqliteSession.OpenReader(Database, Grains)), 1);
        _store = new StoreParts(
            new SqliteMailboxStore(_writer, _readers), new SqliteActorStore(_writer, _readers, Time),
            new SqliteDutyStore(_writer, _readers), new SqliteBodyStore(_writer, _readers),
            new SqliteResultStore(_writer), new SqliteLogStore(_writer, _readers), new SqliteWorkerStore(_writer, _readers),
            new SqliteHostStore(_writer, _readers), new SqliteControl(_writer, _readers, "test"));
        return Task.CompletedTask;
    }

    public override Task DisposeAsync()
    {
        _writer.Dispose();
        _readers.Dispose();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    public override Task ReopenAsync() => throw new NotSupportedException();

    [Fact]
    public async Task EveryStatement_SearchesByIndex()
    {
        await UseAllAsync(await FillAsync());
        var texts = _sessions.SelectMany(session => session.Texts).Distinct().Where(text => Verb().IsMatch(text)).ToList();
        Assert.Empty(Constants().Except(texts));
        Assert.True(texts.Count > 50);
        using var session = SqliteSession.OpenReader(Database, Grains);
        var walks = texts.SelectMany(text => Plan(session, text).Where(Walks).Select(step => $"{step}   in   {Spaces().Replace(text, " ")}")).ToList();
        Assert.Empty(walks);
    }

    [Fact]
    public async Task ListDemandAsync_OneOfManyActors_ReadsTheIndexOnly()
    {
        var actor = await FillAsync();
        Assert.Equal([new ActorDemand(actor.Key, Waiting)], await _store.Actors.ListDemandAsync("default", "", 10));
        using var session = SqliteSession.OpenReader(Database, Grains);
        var text = _sessions.SelectMany(one => one.Texts).Single(text => text.StartsWith("SELECT actor, waiting FROM actors", StringComparison.Ordinal));
        Assert.Equal(["SEARCH actors USING INDEX actors_demand (queue=? AND actor>?)"], Plan(session, text));
    }

    internal override Task WriteStateAsync(string actor, ActorState state) => throw new NotSupportedException();

    private static bool Walks(string step) =>
        (step.StartsWith("SCAN", StringComparison.Ordinal) && !MayScan.Any(allowed => step.StartsWith(allowed, StringComparison.Ordinal)))
        // An index that is searched by the actor alone walks all of its executions: only as a batch of a deletion, or among those that run.
        || (step.StartsWith("SEARCH executions USING INDEX executions_by_id (actor=?)", StringComparison.Ordinal));

    private static List<string> Plan(SqliteSession session, string text)
    {
        var statement = session.Prepare("EXPLAIN QUERY PLAN " + text);
        foreach (Match parameter in Parameter().Matches(text))
            statement.Set(parameter.Value, 0);
        return statement.All(row => row.GetString(3));
    }

    /// <summary>The constant statements of the store's classes; each must have been used here. (Searches are made from what is asked, and have their own tests.)</summary>
    private static IEnumerable<string> Constants() => typeof(SqliteSession).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(SqliteSession).Namespace && !type.Name.Contains("Search", StringComparison.Ordinal))
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
        .Where(field => field is { IsLiteral: true } && field.FieldType == typeof(string))
        .Select(field => (string)field.GetRawConstantValue()!)
        .Where(text => Verb().IsMatch(text) && !text.StartsWith("SELECT id FROM executions WHERE actor = $actor ORDER BY", StringComparison.Ordinal));

    private SqliteSession Keep(SqliteSession session)
    {
        _sessions.Add(session);
        return session;
    }

    private async Task<TestActor> FillAsync()
    {
        var actor = await NewActorAsync();
        await _writer.WriteAsync(session => session.Prepare(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $count)
            INSERT INTO executions (actor, execution_id, sequence, generation, status, received, kind, content_type, executor, api_server, message)
            SELECT $actor, 'X' || i, i, 0, 0, 0, 0, 'str', 'alice', 'here', 'text' FROM n
            """).Set("$count", Waiting).Set("$actor", actor.Key).Run());
        await _writer.WriteAsync(session => session
            .Prepare("UPDATE actors SET waiting = $count, last_sequence = $count, total_executions = $count WHERE actor = $actor")
            .Set("$count", Waiting).Set("$actor", actor.Key).Run());
        await actor.OpenAsync();
        return actor;
    }

    /// <summary>Calls every method of the store, so that every statement is prepared.</summary>
    private async Task UseAllAsync(TestActor actor)
    {
        var (mailbox, key) = (_store.Mailbox, actor.Key);
        await _store.Bodies.AppendAsync("u1", 0, new byte[1], Start);
        await mailbox.AdmitAsync(actor.Epoch, actor.Row(upload: "u1", uploadBytes: 1));
        await mailbox.AdmitAsync(0, actor.Row());
        var answerKey = new KeyRow("k", "digest", Start, Start.AddDays(1));
        await mailbox.AdmitAsync(actor.Epoch, [actor.Row()], answerKey);
        await mailbox.FindKeyAsync(key, answerKey);
        await mailbox.ExpireKeysAsync(Start, 10);
        await mailbox.RecordAsync(actor.Epoch, actor.Row(), TimeSpan.Zero, 0, 0);
        Assert.Equal(1_024, (await mailbox.ReadPendingAsync(key, 0, long.MaxValue, 1_024)).Count);
        var twice = actor.Row();
        await mailbox.AdmitAsync(actor.Epoch, twice);
        await mailbox.AdmitAsync(actor.Epoch, twice);
        await _store.Workers.PutAsync(WorkerStoreContract<SqliteFixture>.Worker(key, "w1"));
        await actor.TakeAsync("X1");
        await actor.TakeAsync("X1");
        await mailbox.NoteContainerAsync(key, "X1", 1, "c1", Start);
        await mailbox.RequestStopAsync(key, "X1");
        await _store.Results.AppendAsync(key, "X1", [1]);
        await _store.Logs.CommitAsync(key, "X1", 1, "text", Start);
        await _store.Logs.CommitAsync(key, "X1", 1, "text", Start);
        await actor.FinishAsync(TestActor.Lost("X1"));
        var binary = $"E{Waiting + 1:00000}";
        await actor.TakeAsync(binary);
        await actor.FinishAsync(TestActor.Completed(binary));
        Assert.Equal(1_000, (await actor.ListAsync()).Items.Count);
        await mailbox.ListLeasesAsync("h1");
        await _store.Hosts.ReportAsync("h1", "silo", Start);
        await _store.Hosts.ListHoldersAsync();
        await _store.Bodies.ReadAsync("u1", 0);
        await _store.Bodies.DiscardAsync("u2");
        await _store.Bodies.SweepAsync(Start.AddDays(1), 10);
        await _store.Results.PopAsync(key, "X1");
        await _store.Results.ExpireAsync(Start, 10);
        await _store.Logs.ReadAsync(key, "X1", Start);
        await _store.Logs.ExpireAsync(Start.AddDays(1), 10);
        await _store.Workers.ListAsync(key);
        await _store.Workers.RemoveAsync(key, "w1");
        await _store.Workers.RemoveHostAsync("h1");
        await _store.Actors.ListAsync("dev", "alice");
        await _store.Duties.BeginUpdateAsync(key, "dev_other", Start);
        await _store.Duties.CompleteUpdateAsync(key, new Duties("default", "other", "dev_other", null, false, "here", "rule", Start));
        await _store.Actors.SetStatusAsync(key, ActorStatus.Error, "");
        await _store.Actors.SetStatusAsync(key, ActorStatus.Ready, "");
        var outbox = new SqliteOutboxStore(_writer, _readers);
        await outbox.ListWaitingAsync(Start, 10);
        await outbox.ReadAsync(key, EventTarget.Link, 10);
        await outbox.RemoveAsync(key, EventTarget.Link, 1);
        await outbox.PostponeAsync(key, EventTarget.Link, 1, Start);
        await outbox.DropAsync(key, EventTarget.Link, Start, 10);
        await _store.Duties.RelinkAsync(key, "dev_another");
        await _store.Duties.ReadAsync(key);
        await _store.Duties.ListDueAsync(Start, 10);
        await _store.Duties.AdmitDueAsync(actor.Epoch, actor.Row(), Start, null);
        await _store.Duties.CompleteUpdateAsync(key, new Duties("default", null, null, null, false, "here", null, null));
        await _store.Actors.ListDemandAsync("default", "", 10);
        await _store.Actors.ListHalfMadeAsync(Start, 10);
        await _store.Control.CheckAsync();
        var states = new SqliteGrainStateStore(_readers);
        await states.ListReadableAsync("alias", "dev", "alice");
        await states.ListNoncesAsync("actor:dev_x", 10);
        var reports = new SqliteReportStore(_readers);
        await reports.ListActorsAsync("dev");
        await reports.ListWorkersAsync("dev");
        await reports.SumByActorAsync("dev");
        await reports.SumRemovedAsync("dev");
        await reports.CountAsync("dev");
        await states.ListConfigsAsync(new ActorKey("dev", "A"));
        await states.ListSecretsAsync();

        var other = await NewActorAsync();
        await _store.Bodies.AppendAsync("u3", 0, new byte[1], Start);
        await mailbox.AdmitAsync(other.Epoch, other.Row(upload: "u3", uploadBytes: 1));
        await mailbox.PurgeAsync(other.Key, other.Epoch, long.MaxValue);
        Assert.Equal(1, await _store.Control.RemovePurgedAsync(10));
        await _store.Actors.BeginDeleteAsync(other.Key);
        Assert.True(await _store.Actors.RemoveBatchAsync(other.Key, 100));
        Assert.Null(await _store.Actors.GetAsync(other.Key));
    }

    [GeneratedRegex(@"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b(?!.*RECURSIVE)")]
    private static partial Regex Verb();

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
