using Abaco.Executions;
using Abaco.Search;
using Abaco.Workers;

namespace Abaco.Store.Sqlite;

/// <summary>
/// Searches on SQLite: one statement finds the keys of all matches, then the rows of the page are read by key, all from one moment's state. Searches have
/// readers of their own and a time limit, so that a long one keeps nobody waiting but other searches.
/// </summary>
internal sealed class SqliteSearchStore(SqliteReaders searchers, TimeProvider time) : ISearchStore
{
    /// <summary>A page ends before it grows beyond so many characters, if it has one item.</summary>
    private const long MostCharacters = 8 * 1024 * 1024;

    private const string OneExecution = $"SELECT {ExecutionColumns.All} FROM executions WHERE id = $key";

    private const string OneActor = $"""
        SELECT {SqliteActorStore.Columns}, g.state, s.due FROM actors a
            JOIN grains.grain_state g ON g.grain_type = 'actor' AND g.grain_key = a.actor LEFT JOIN schedules s ON s.actor = a.actor
        WHERE a.actor = $key
        """;

    private const string OneWorker = $"SELECT {SqliteWorkerStore.Columns} FROM workers w WHERE w.actor = $key AND w.worker_id = $second";

    private const string OneLog = """
        SELECT e.actor, e.execution_id, a.owner, l.text FROM executions e JOIN actors a ON a.actor = e.actor
        LEFT JOIN logs l ON l.actor = e.actor AND l.execution_id = e.execution_id AND l.expires >= $now WHERE e.id = $key
        """;

    /// <summary>How long one search may take. Default 10 s.</summary>
    internal TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public Task<Found> FindAsync(SearchQuery query, SearchScope scope)
    {
        var now = time.GetUtcNow();
        var statement = SearchTranslator.Translate(query, scope, now);
        return searchers.ReadAsync(session => session.Guard!.Within(Longest, () =>
        {
            var (total, keys) = Keys(session, statement, query.Skip, query.Limit);
            return query.Kind switch
            {
                SearchKind.Executions => new Found(total) { Executions = Page(keys, key => Execution(session, key), Size) },
                SearchKind.Actors => new Found(total) { Actors = Page(keys, key => Actor(session, key), actor => actor.StateJson.Length) },
                SearchKind.Workers => new Found(total) { Workers = Page(keys, key => Worker(session, key), _ => 1) },
                _ => new Found(total) { Logs = Page(keys, key => Log(session, key, now), log => log.Text.Length) },
            };
        }));
    }

    private static (long Total, List<Key> Keys) Keys(SqliteSession session, SearchStatement search, int skip, int limit)
    {
        using var statement = session.PrepareOnce(search.Text);
        statement.SetAll(search.Parameters);
        var keys = new List<Key>();
        var total = 0L;
        statement.Each(row =>
        {
            if (total >= skip && keys.Count < limit)
                keys.Add(new Key(row.GetValue(0), row.GetString(1)));
            total++;
        });
        return (total, keys);
    }

    private static List<T> Page<T>(List<Key> keys, Func<Key, T> read, Func<T, long> size)
    {
        var page = new List<T>(keys.Count);
        var characters = 0L;
        foreach (var key in keys)
        {
            var item = read(key);
            characters += size(item);
            if (page.Count > 0 && characters > MostCharacters)
                break;
            page.Add(item);
        }

        return page;
    }

    private static ExecutionSnapshot Execution(SqliteSession session, Key key) =>
        One(session, OneExecution, key, ExecutionColumns.Record).Snapshot;

    private static ActorListing Actor(SqliteSession session, Key key) =>
        One(session, OneActor, key, row => new ActorListing(SqliteActorStore.Row(row), row.GetString(7), row.TimeOrNull(8)));

    private static WorkerSnapshot Worker(SqliteSession session, Key key) =>
        One(session, OneWorker, key, row => SqliteWorkerStore.Snapshot(row, ActorKey.Parse((string)key.First)));

    private static FoundLog Log(SqliteSession session, Key key, DateTimeOffset now)
    {
        session.Prepare(OneLog).Set("$now", now);
        return One(session, OneLog, key, row => new FoundLog(
            new ExecutionKey(ActorKey.Parse(row.GetString(0)), row.GetString(1)), row.GetString(2), row.IsDBNull(3) ? "" : LogBlob.Decompress(row.Bytes(3))));
    }

    private static T One<T>(SqliteSession session, string sql, Key key, Func<SqliteRow, T> read)
    {
        var statement = session.Prepare(sql).Set("$key", key.First);
        if (sql == OneWorker)
            statement.Set("$second", key.Second);
        return statement.TryFirst(read, out var item) ? item : throw new InvalidOperationException("A row that was found is not there in the same transaction.");
    }

    private static long Size(ExecutionSnapshot execution) => execution.Message.Length + (execution.FinalStateJson?.Length ?? 0)
        + execution.Parameters.Sum(parameter => parameter.Key.Length + parameter.Value.Length);

    /// <summary>What names a found row.</summary>
    private readonly record struct Key(object First, string Second);
}
