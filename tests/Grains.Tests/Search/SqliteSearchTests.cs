using Abaco.Search;
using Abaco.Store;

namespace Abaco.Grains.Tests.Search;

public sealed class SqliteSearchTests(SeededStore seeded) : IClassFixture<SeededStore>
{
    private readonly SearchedStore _store = seeded.Store;

    [Theory]
    [InlineData("id", "second", "second")]
    [InlineData("actor_id", "A1", "first second third")]
    [InlineData("actor_id.neq", "A1", "")]
    [InlineData("actor_id", "B1", "")]
    [InlineData("status", "SUBMITTED", "third")]
    [InlineData("status.in", """["COMPLETE", "ERROR", "NONSENSE"]""", "first second")]
    [InlineData("status.neq", "COMPLETE", "third")]
    [InlineData("exit_code", "137", "second")]
    [InlineData("exitCode.gte", "0", "first second")]
    [InlineData("exit_code.neq", "0", "second third")]
    [InlineData("exit_code", "none", "third")]
    [InlineData("exit_code.in", "[137, null]", "second third")]
    [InlineData("exit_code.nin", "[137, null]", "first")]
    [InlineData("runtime", "3", "first second")]
    [InlineData("cpu.lt", "5000", "third")]
    [InlineData("message_received_time", "2024-05-02", "second")]
    [InlineData("message_received_time.gt", "2024-05-02T12:00:00Z", "third")]
    [InlineData("message_received_time.between", "2024-05-01,2024-05-02T12", "first second")]
    [InlineData("message_received_time.like", "^2024-05-0[13]T12:00:00.000Z$", "first third")]
    [InlineData("start_time.lt", "2024-05-01T12:00:01.001Z", "first")]
    [InlineData("finish_time", "none", "third")]
    [InlineData("final_state.ExitCode", "137", "second")]
    [InlineData("final_state.OOMKilled", "true", "second")]
    [InlineData("finalState.OOMKilled", "false", "first")]
    [InlineData("final_state.StartedAt.gt", "2024-05-02", "second")]
    [InlineData("final_state.StartedAt", "2024-05-01T12:00:00.123Z", "first")]
    [InlineData("final_state.Nothing", "1", "")]
    [InlineData("message.like", "^words", "second")]
    [InlineData("message.nlike", "(?i)WORDS", "third")]
    [InlineData("worker_id", "worker1", "first second")]
    [InlineData("worker_id", "' OR 1=1 --", "")]
    [InlineData("search", "words", "second first")]
    [InlineData("search", "me OR alice* \"", "third first second")]
    [InlineData("exactsearch", "count the", "first")]
    [InlineData("exactsearch", "the count", "")]
    public async Task Find_Executions_ByEachOperator(string name, string value, string expected) =>
        Assert.Equal(expected, await _store.ExecutionsAsync((name, value)));

    [Fact]
    public async Task Find_SeveralArguments_MustAllHold() =>
        Assert.Equal("second", await _store.ExecutionsAsync(("search", "words"), ("exit_code.gt", "0"), ("actorId", "A1")));

    [Fact]
    public async Task Find_SkipAndLimit_PageThroughAll()
    {
        var page = await _store.FindAsync(SearchKind.Executions, "alice", ("skip", "1"), ("limit", "1"));
        var beyond = await _store.FindAsync(SearchKind.Executions, "alice", ("skip", "9"));

        Assert.Equal((3, "second"), (page.Total, page.Executions.Single().Key.ExecutionId));
        Assert.Equal((3, 0), (beyond.Total, beyond.Executions.Count));
    }

    [Theory]
    [InlineData("id", "A1", "A1")]
    [InlineData("image", "python:3", "A1")]
    [InlineData("name.in", """["word-count"]""", "A1")]
    [InlineData("owner", "bob", "")]
    [InlineData("status", "SUBMITTED", "A1")]
    [InlineData("create_time.gte", "2024", "A1")]
    [InlineData("last_update_time.gt", "2024-05-01T12", "")]
    [InlineData("last_update_time", "2024-05-01T12", "A1")]
    [InlineData("stateless", "true", "A1")]
    [InlineData("hints", "sync", "A1")]
    [InlineData("hints.in", """["json", "sync"]""", "A1")]
    [InlineData("hints.neq", "sync", "")]
    [InlineData("hints.like", "^sy", "A1")]
    [InlineData("hints", "none", "")]
    [InlineData("state.count.gt", "4", "A1")]
    [InlineData("state.mode", "fast", "A1")]
    [InlineData("link", "", "A1")]
    [InlineData("max_workers", "none", "A1")]
    [InlineData("search", "python", "A1")]
    public async Task Find_Actors_ByEachKindOfField(string name, string value, string expected) =>
        Assert.Equal(expected, await _store.ActorsAsync("alice", (name, value)));

    [Theory]
    [InlineData("logs.like", "out of mem", "second")]
    [InlineData("logs", "five words counted", "first")]
    [InlineData("execution_id", "second", "second")]
    [InlineData("search", "words", "first")]
    [InlineData("exactsearch", "out of memory", "second")]
    [InlineData("actor_id", "A1", "first second")]
    public async Task Find_Logs_OfWhatTheCallerMayRead(string name, string value, string expected)
    {
        var found = await _store.FindAsync(SearchKind.Logs, "alice", (name, value));

        Assert.Equal(expected, string.Join(' ', found.Logs.Select(log => log.Execution.ExecutionId)));
    }

    [Fact]
    public async Task Find_InOneActor_NeedsNoExplicitPermission()
    {
        var scope = new SearchScope("dev", "root", "dev_B1", null);

        var found = await _store.Store.Search.FindAsync(SearchedStore.Query(SearchKind.Executions, ("exit_code", "0")), scope);

        Assert.Equal("bobs", found.Executions.Single().Key.ExecutionId);
    }
}
