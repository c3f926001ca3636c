using Abaco.Access;
using Abaco.Search;
using Abaco.Store.Sqlite;
using Abaco.Workers;

namespace Abaco.Grains.Tests.Search;

/// <summary>Searches follow what changes, and end in time.</summary>
public sealed class SqliteSearchChangesTests : IAsyncLifetime
{
    private readonly SeededStore _seeded = new();

    private SearchedStore Store => _seeded.Store;

    public Task InitializeAsync() => _seeded.InitializeAsync();

    public Task DisposeAsync() => _seeded.DisposeAsync();

    [Fact]
    public async Task Find_EndedWithoutLog_HasAnEmptyOne()
    {
        await Store.SendAsync("dev_A1", "silent", "x", exitCode: 0);

        Assert.Equal("", (await Store.FindAsync(SearchKind.Logs, "alice", ("execution_id", "silent"))).Logs.Single().Text);
    }

    [Fact]
    public async Task Find_Workers_ByTextIdAndStatus()
    {
        var worker = new WorkerSnapshot
        {
            Id = "w1",
            Actor = new ActorKey("dev", "A1"),
            Status = WorkerStatus.Ready,
            Image = "python:3",
            Revision = 1,
            Location = "unix://engine",
            ContainerId = "c1",
            HostId = "h1",
            HostIp = "10.0.0.1",
            CreateTime = SearchedStore.Noon,
        };
        await Store.Store.Workers.PutAsync(worker);
        await Store.Store.Workers.PutAsync(worker with { Id = "w2", Actor = new ActorKey("dev", "B1") });

        foreach (var argument in new[] { ("search", "engine"), ("id", "w1"), ("status", "READY"), ("cid.like", "^c"), ("ch_name", "worker_w1") })
            Assert.Equal("w1", (await Store.FindAsync(SearchKind.Workers, "alice", argument)).Workers.Single().Id);
        await Store.Store.Workers.RemoveAsync("dev_A1", "w1");
        Assert.Equal(0, (await Store.FindAsync(SearchKind.Workers, "alice", ("search", "engine"))).Total);
    }

    [Fact]
    public async Task Find_PermissionForEverybody_ShowsToTheTenantOnly()
    {
        var shared = SearchedStore.State("bob");
        shared.Permissions[Caller.World] = PermissionLevel.Read;
        Store.ChangeActor("dev_B1", shared);

        Assert.Equal("A1 B1", await Store.ActorsAsync("alice"));
        Assert.Equal("B1", await Store.ActorsAsync("carol"));
        Assert.Equal("first second third bobs", string.Join(' ', (await Store.ExecutionsAsync()).Split(' ').OrderBy(id => id == "bobs")));
    }

    [Fact]
    public async Task Find_PermissionTakenAway_HidesAtOnce()
    {
        var shared = SearchedStore.State("bob");
        shared.Permissions["alice"] = PermissionLevel.Read;
        Store.ChangeActor("dev_B1", shared);
        Assert.Equal("B1", await Store.ActorsAsync("alice", ("owner", "bob")));

        shared.Permissions["alice"] = PermissionLevel.None;
        Store.ChangeActor("dev_B1", shared);

        Assert.Equal("", await Store.ActorsAsync("alice", ("owner", "bob")));
        Assert.Equal("first second", await Store.ExecutionsAsync(("status", "COMPLETE")));
    }

    [Fact]
    public async Task Find_ChangedAndRemovedActor_IsFoundByItsNewWordsOnly()
    {
        Store.ChangeActor("dev_A1", SearchedStore.State("alice", "rust:1"));
        Assert.Equal(("", "A1"), (await Store.ActorsAsync("alice", ("search", "python")), await Store.ActorsAsync("alice", ("search", "rust"))));

        Store.RemoveActor("dev_A1");

        Assert.Equal("", await Store.ActorsAsync("alice", ("search", "rust")));
    }

    [Fact]
    public async Task Find_PurgedMessage_IsNotFound()
    {
        var opened = (await Store.Store.Mailbox.OpenAsync("dev_A1"))!;
        await Store.Store.Mailbox.PurgeAsync("dev_A1", opened.Epoch, opened.LastSequence);

        Assert.Equal("first second", await Store.ExecutionsAsync());
        Assert.Equal("", await Store.ExecutionsAsync(("search", "wait")));
    }

    [Theory]
    [InlineData("message.like", "(x+x+)+y")]
    [InlineData("message.like", @"(?:.*\d){100}")]
    public async Task Find_ExplosivePattern_AnswersOrIsGivenUp(string name, string pattern)
    {
        await Store.SendAsync("dev_A1", "long", new string('x', 100_000), exitCode: 0);
        using var session = Store.OpenSearcher(TimeProvider.System);
        var search = SearchTranslator.Translate(SearchedStore.Query(SearchKind.Executions, (name, pattern)), new("dev", "alice", null, null), SearchedStore.Noon);

        var refusal = Record.Exception(() => session.Guard!.Within(TimeSpan.FromSeconds(1), () => Count(session, search)));

        Assert.True(refusal is null or AbacoException { Kind: RefusalKind.Invalid }, refusal?.ToString());
    }

    [Fact]
    public async Task Within_TimeIsOver_IsRefusedAndTheSessionGoesOn()
    {
        for (var i = 0; i < 200; i++)
            await Store.SendAsync("dev_A1", $"more{i}", $"message {i}");
        using var session = Store.OpenSearcher(TimeProvider.System);
        var search = SearchTranslator.Translate(SearchedStore.Query(SearchKind.Executions), new("dev", "alice", null, null), SearchedStore.Noon);

        var refusal = Assert.Throws<AbacoException>(() => session.Guard!.Within(TimeSpan.Zero, () => Count(session, search)));

        Assert.Contains("The search took longer than 0 seconds", refusal.Message);
        Assert.Equal(203, session.Guard!.Within(TimeSpan.FromMinutes(5), () => Count(session, search)));
    }

    private static int Count(SqliteSession session, SearchStatement search)
    {
        using var statement = session.PrepareOnce(search.Text);
        statement.SetAll(search.Parameters);
        return statement.All(row => row.GetValue(0)).Count;
    }
}
