using Abaco.Search;

namespace Abaco.Store.Sqlite;

/// <summary>
/// Makes the statement that finds the keys of all matches in their order. Which table is read first is decided here and not left to SQLite's planner, which
/// knows no statistics: a text index, then a field that names few rows by an index of its own, then one actor, then the actors that the caller may READ; the joins are
/// CROSS JOINs, which SQLite carries out in the written order. Pure.
/// </summary>
internal static class SearchTranslator
{
    private const string MayRead = """
        a.tenant = $tenant AND EXISTS (SELECT 1 FROM grains.readers r
            WHERE r.grain_type = 'actor' AND r.tenant = $tenant AND r.user IN ($user, 'ABACO_WORLD') AND r.grain_key = a.actor)
        """;

    private const string InSight = """
        (SELECT DISTINCT grain_key AS actor FROM grains.readers
            WHERE grain_type = 'actor' AND tenant = $tenant AND user IN ($user, 'ABACO_WORLD')) v CROSS JOIN actors a ON a.actor = v.actor
        """;

    // A waiting row of an older generation than its actor's was purged.
    private const string Stands = "(e.status <> 0 OR e.generation = a.generation)";

    private static readonly Dictionary<SearchKind, Source> Sources = new()
    {
        [SearchKind.Executions] = new(
            Rows: "executions e", OfActor: "e.actor = a.actor", Text: "execution_index", ByText: "executions e ON e.id = execution_index.rowid",
            After: "", Where: Stands, Key: "e.id, ''", Order: "e.received, e.id"),
        [SearchKind.Logs] = new(
            Rows: "executions e", OfActor: "e.actor = a.actor", Text: "log_index",
            ByText: "logs t ON t.id = log_index.rowid CROSS JOIN executions e ON e.actor = t.actor AND e.execution_id = t.execution_id",
            After: "LEFT JOIN logs l ON l.actor = e.actor AND l.execution_id = e.execution_id AND l.expires >= $now",
            Where: "e.status >= 2", Key: "e.id, ''", Order: "e.received, e.id"),
        [SearchKind.Workers] = new(
            Rows: "workers w", OfActor: "w.actor = a.actor", Text: "worker_index",
            ByText: "worker_texts t ON t.id = worker_index.rowid CROSS JOIN workers w ON w.actor = t.actor AND w.worker_id = t.worker_id",
            After: "", Where: "1", Key: "w.actor, w.worker_id", Order: "w.created, w.worker_id"),
        [SearchKind.Actors] = new(
            Rows: "grains.grain_state g", OfActor: "g.grain_type = 'actor' AND g.grain_key = a.actor", Text: "actor_index",
            ByText: "grains.actor_texts t ON t.id = actor_index.rowid CROSS JOIN grains.grain_state g ON g.grain_type = 'actor' AND g.grain_key = t.actor",
            After: "", Where: "g.grain_type = 'actor'", Key: "a.actor, ''", Order: "a.created, a.actor"),
    };

    /// <summary>Fields that begin with the searched table itself: each has an index.</summary>
    private static readonly Dictionary<SearchKind, string[]> OwnIndices = new()
    {
        [SearchKind.Executions] = ["id"],
        [SearchKind.Logs] = ["execution_id"],
        [SearchKind.Workers] = ["id"],
        [SearchKind.Actors] = ["image", "name", "owner", "last_update_time"],
    };

    /// <summary>Fields that begin with the actors: by their key, or of actors by an index.</summary>
    private static readonly Dictionary<SearchKind, string[]> ActorIndices = new()
    {
        [SearchKind.Executions] = ["actor_id"],
        [SearchKind.Logs] = ["actor_id"],
        [SearchKind.Workers] = ["actor_id"],
        [SearchKind.Actors] = ["id", "status", "create_time"],
    };

    private static readonly Dictionary<SearchKind, (string Column, string[] Names)> Statuses = new()
    {
        [SearchKind.Executions] = ("e.status", ["SUBMITTED", "RUNNING", "COMPLETE", "ERROR"]),
        [SearchKind.Actors] = ("a.status", ["SUBMITTED", "READY", "ERROR", "SHUTTING_DOWN"]),
    };

    /// <summary>Translates a search.</summary>
    /// <param name="query">What for.</param>
    /// <param name="scope">Where.</param>
    /// <param name="now">Logs that expired before are empty.</param>
    /// <returns>A statement of two key columns, in order.</returns>
    public static SearchStatement Translate(SearchQuery query, SearchScope scope, DateTimeOffset now)
    {
        var source = Sources[query.Kind];
        var sql = new SearchSql();
        sql.Set("$tenant", scope.Tenant);
        sql.Set("$user", scope.User);
        sql.Set("$now", now.ToUnixTimeMilliseconds());
        var where = new List<string> { "a.phase = 1", source.Where };
        var (hint, rowHint) = Hints(query, scope);
        string from;
        if (query.Texts.Count > 0)
        {
            from = $"{source.Text} CROSS JOIN {source.ByText} CROSS JOIN actors a ON {source.OfActor}";
            where.Add($"{source.Text} MATCH {sql.Parameter(SearchSql.Match(query.Texts))}");
        }
        else if (Begins(query, OwnIndices))
        {
            from = $"{source.Rows} CROSS JOIN actors a ON {source.OfActor}";
        }
        else if (scope.Actor is not null || Begins(query, ActorIndices))
        {
            from = $"actors a {hint} CROSS JOIN {source.Rows} {rowHint} ON {source.OfActor}";
        }
        else
        {
            from = $"{InSight} CROSS JOIN {source.Rows} {rowHint} ON {source.OfActor}";
        }

        where.AddRange(Where(scope, sql));
        where.AddRange(query.Conditions.Select(condition => Of(condition, query.Kind, scope.Tenant, sql)));
        var order = query.Texts.Count > 0 ? $"{source.Text}.rank, {source.Order}" : source.Order;
        return new SearchStatement(
            $"SELECT {source.Key} FROM {from} {source.After} WHERE {string.Join(" AND ", where)} ORDER BY {order}", sql.Parameters);
    }

    /// <summary>Where two indices look alike to the planner, it is told the one that holds only what is asked for.</summary>
    private static (string Actors, string Rows) Hints(SearchQuery query, SearchScope scope)
    {
        var status = query.Conditions.OfType<SearchCondition.OneOf>().FirstOrDefault(one => one is { Field.Name: "status", Negated: false });
        if (status is null)
            return ("", "");
        return query.Kind switch
        {
            // A status that is none makes a condition that no index serves.
            SearchKind.Actors when scope.Actor is null && query.Conditions.All(condition => condition.Field.Name != "id")
                && status.Values.Any(value => value is SearchValue.Scalar { Value: string name } && Statuses[SearchKind.Actors].Names.Contains(name)) =>
                ("INDEXED BY actors_standing", ""),
            SearchKind.Executions when status.Values is [SearchValue.Scalar { Value: string name }] => ("", name switch
            {
                "SUBMITTED" => "INDEXED BY executions_waiting",
                "RUNNING" => "INDEXED BY executions_running",
                "ERROR" => "INDEXED BY executions_dead",
                _ => "",
            }),
            _ => ("", ""),
        };
    }

    private static IEnumerable<string> Where(SearchScope scope, SearchSql sql)
    {
        yield return scope.Actor is null ? MayRead : $"a.actor = {sql.Parameter(scope.Actor)}";
        if (scope.ExecutionId is not null)
            yield return $"e.execution_id = {sql.Parameter(scope.ExecutionId)}";
    }

    /// <summary>Whether a condition lets an index say which rows to read.</summary>
    private static bool Begins(SearchQuery query, Dictionary<SearchKind, string[]> fields) => query.Conditions.Any(condition =>
        fields[query.Kind].Contains(condition.Field.Name) && condition is SearchCondition.OneOf { Negated: false } or SearchCondition.Compare);

    private static string Of(SearchCondition condition, SearchKind kind, string tenant, SearchSql sql)
    {
        if (condition is SearchCondition.OneOf one)
        {
            if (one.Field is { Name: "status" } && !one.Negated && Statuses.TryGetValue(kind, out var status))
                return OfStatus(one, status.Column, status.Names, sql);
            if (one.Field.Name == (kind == SearchKind.Actors ? "id" : "actor_id"))
                return sql.Of(one with { Values = [.. one.Values.Select(value => KeyOf(value, tenant))] }, "a.actor");
        }

        return sql.Of(condition, SearchColumns.Of(kind, condition.Field.Name));
    }

    /// <summary>The stored numbers, written out, so that partial indices apply; a name that is none matches nothing.</summary>
    private static string OfStatus(SearchCondition.OneOf one, string column, string[] names, SearchSql sql)
    {
        var numbers = one.Values.OfType<SearchValue.Scalar>().Select(scalar => Array.IndexOf(names, scalar.Value)).Where(number => number >= 0).Distinct();
        var any = numbers.Select(number => $"{column} = {number}").ToList();
        return any.Count == 0 ? "0" : $"({string.Join(" OR ", any)})";
    }

    private static SearchValue KeyOf(SearchValue value, string tenant) =>
        value is SearchValue.Scalar { Value: string id } ? new SearchValue.Scalar(new ActorKey(tenant, id).ToString()) : value;

    /// <summary>What the statement of one kind is made from.</summary>
    /// <param name="Rows">The searched table.</param>
    /// <param name="OfActor">How its rows belong to an actor.</param>
    /// <param name="Text">Its text index.</param>
    /// <param name="ByText">How a row is reached from the text index.</param>
    /// <param name="After">What is joined last.</param>
    /// <param name="Where">What is always asked.</param>
    /// <param name="Key">Two columns that name a row.</param>
    /// <param name="Order">Oldest first, never ambiguous.</param>
    private sealed record Source(string Rows, string OfActor, string Text, string ByText, string After, string Where, string Key, string Order);
}
