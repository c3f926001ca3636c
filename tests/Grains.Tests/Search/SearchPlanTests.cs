using Abaco.Search;
using Abaco.Store.Sqlite;

namespace Abaco.Grains.Tests.Search;

/// <summary>
/// What SQLite reads for a search: an index for what is asked, never a whole table. Plans do not depend on the tables' sizes, since no statistics are kept.
/// </summary>
public sealed class SearchPlanTests(SeededStore seeded) : IClassFixture<SeededStore>
{
    [Theory]
    [InlineData(SearchKind.Executions, "id", "x", "SEARCH e USING INDEX executions_found_by_id (execution_id=?)")]
    [InlineData(SearchKind.Executions, "id.in", """["x", "y"]""", "SEARCH e USING INDEX executions_found_by_id (execution_id=?)")]
    [InlineData(SearchKind.Executions, "actor_id", "x", "SEARCH a USING INDEX sqlite_autoindex_actors_1 (actor=?)")]
    [InlineData(SearchKind.Executions, "search", "x", "SCAN execution_index VIRTUAL TABLE INDEX 0:M1")]
    [InlineData(SearchKind.Executions, "status", "RUNNING", "SEARCH e USING INDEX executions_running (actor=?)")]
    [InlineData(SearchKind.Executions, "status", "SUBMITTED", "SEARCH e USING INDEX executions_waiting (actor=?")]
    [InlineData(SearchKind.Executions, "status", "ERROR", "SEARCH e USING INDEX executions_dead (actor=?)")]
    [InlineData(SearchKind.Executions, "exit_code", "137", "SEARCH e USING INDEX executions_exited (actor=? AND exit_code=?)")]
    [InlineData(SearchKind.Executions, "exit_code.gt", "0", "SEARCH e USING INDEX executions_exited (actor=? AND exit_code>?)")]
    [InlineData(SearchKind.Executions, "worker_id", "x", "SEARCH e USING INDEX executions_worked (actor=? AND worker=?)")]
    [InlineData(SearchKind.Executions, "message_received_time.gt", "2024", "SEARCH e USING INDEX executions_received (actor=? AND received>?)")]
    [InlineData(SearchKind.Executions, "start_time", "2024-05-01", "SEARCH e USING INDEX executions_started (actor=? AND started>? AND started<?)")]
    [InlineData(SearchKind.Executions, "finish_time.between", "2024,2025", "SEARCH e USING INDEX executions_finished (actor=? AND finished>? AND finished<?)")]
    [InlineData(SearchKind.Actors, "id", "x", "SEARCH a USING INDEX sqlite_autoindex_actors_1 (actor=?)")]
    [InlineData(SearchKind.Actors, "image", "x", "SEARCH g USING INDEX actors_image (grain_type=? AND <expr>=?)")]
    [InlineData(SearchKind.Actors, "name.in", """["x", "y"]""", "SEARCH g USING INDEX actors_name (grain_type=? AND <expr>=?)")]
    [InlineData(SearchKind.Actors, "owner", "x", "SEARCH g USING INDEX actors_owner (grain_type=? AND <expr>=?)")]
    [InlineData(SearchKind.Actors, "last_update_time.gt", "2024", "SEARCH g USING INDEX actors_updated (grain_type=? AND <expr>>?)")]
    [InlineData(SearchKind.Actors, "status", "ERROR", "SEARCH a USING INDEX actors_standing (tenant=? AND status=?)")]
    [InlineData(SearchKind.Actors, "create_time.gt", "2024", "SEARCH a USING INDEX actors_live (tenant=? AND created>?)")]
    [InlineData(SearchKind.Actors, "search", "x", "SCAN actor_index VIRTUAL TABLE INDEX 0:M1")]
    [InlineData(SearchKind.Workers, "id", "x", "SEARCH w USING INDEX workers_found_by_id (worker_id=?)")]
    [InlineData(SearchKind.Workers, "search", "x", "SCAN worker_index VIRTUAL TABLE INDEX 0:M1")]
    [InlineData(SearchKind.Logs, "execution_id", "x", "SEARCH e USING INDEX executions_found_by_id (execution_id=?)")]
    [InlineData(SearchKind.Logs, "search", "x", "SCAN log_index VIRTUAL TABLE INDEX 0:M1")]
    public void Translate_SelectiveSearch_ReadsByIndex(SearchKind kind, string name, string value, string step)
    {
        var plan = Plan(SearchedStore.Query(kind, (name, value)));

        Assert.Contains(plan, line => line.StartsWith(step, StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line is "SCAN e" or "SCAN a" or "SCAN g" or "SCAN w" or "SCAN l" or "SCAN t" or "SCAN r");
    }

    [Theory]
    [InlineData(SearchKind.Executions)]
    [InlineData(SearchKind.Actors)]
    [InlineData(SearchKind.Workers)]
    [InlineData(SearchKind.Logs)]
    public void Translate_AnythingElse_ReadsOnlyWhatTheCallerMayRead(SearchKind kind)
    {
        var plan = Plan(SearchedStore.Query(kind));

        Assert.Contains("SEARCH grains.readers USING PRIMARY KEY (grain_type=? AND tenant=? AND user=?)", plan);
        Assert.DoesNotContain(plan, line => line is "SCAN e" or "SCAN a" or "SCAN g" or "SCAN w" or "SCAN l" or "SCAN readers");
    }

    private List<string> Plan(SearchQuery query)
    {
        using var session = seeded.Store.OpenSearcher(TimeProvider.System);
        var search = SearchTranslator.Translate(query, new Abaco.Store.SearchScope("dev", "alice", null, null), SearchedStore.Noon);
        using var statement = session.PrepareOnce("EXPLAIN QUERY PLAN " + search.Text);
        statement.SetAll(search.Parameters);
        return statement.All(row => row.GetString(3).Replace(" COVERING", ""));
    }
}
