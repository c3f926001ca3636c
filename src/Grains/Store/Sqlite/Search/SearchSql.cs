using System.Text.Json;
using Abaco.Search;

namespace Abaco.Store.Sqlite;

/// <summary>A statement of a search: its text is made of constants only, every value of the client's is a parameter.</summary>
/// <param name="Text">SQL.</param>
/// <param name="Parameters">By name with <c>$</c>.</param>
internal sealed record SearchStatement(string Text, IReadOnlyDictionary<string, object> Parameters);

/// <summary>Translates conditions into SQLite's dialect.</summary>
internal sealed class SearchSql
{
    private readonly Dictionary<string, object> _parameters = [];

    /// <summary>What was given to <see cref="Parameter"/> and <see cref="Set"/>.</summary>
    public IReadOnlyDictionary<string, object> Parameters => _parameters;

    /// <summary>Adds a value.</summary>
    /// <returns>The parameter's name.</returns>
    public string Parameter(object value)
    {
        var name = $"$p{_parameters.Count}";
        _parameters[name] = value;
        return name;
    }

    /// <summary>Adds a value under a name of its own.</summary>
    public void Set(string name, object value) => _parameters[name] = value;

    /// <summary>The condition on a column; never null where it is negated.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="column">SQL of the field: text, number, Unix milliseconds or JSON, as its kind says.</param>
    public string Of(SearchCondition condition, string column)
    {
        var field = condition.Field;
        if (field.Kind == FieldKind.List)
            return OfList(condition, column);
        if (field.Path.Count > 0)
            column = Part(column, field);
        return One(condition, column);
    }

    /// <summary>The text index's query: each wish in parentheses, each word quoted, so that nothing in it is taken for an operator.</summary>
    public static string Match(IReadOnlyList<SearchText> texts) => string.Join(" AND ", texts.Select(text => text.Phrase
        ? Quoted(string.Join(' ', text.Words))
        : $"({string.Join(" OR ", text.Words.Select(Quoted))})"));

    private static string Quoted(string words) => $"\"{words.Replace("\"", "\"\"")}\"";

    private string One(SearchCondition condition, string column) => condition switch
    {
        SearchCondition.OneOf one => Not(one.Negated, AnyOf(one.Values, column)),
        SearchCondition.Compare compare => $"{column} {Sign(compare.By)} {Parameter(Instant(compare.Value))}",
        SearchCondition.Matches matches => Not(matches.Negated, $"pattern_matches({Parameter(matches.Pattern)}, {AsText(matches.Field.Kind, column)})"),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private string OfList(SearchCondition condition, string column)
    {
        var (positive, negated) = condition switch
        {
            SearchCondition.OneOf one => (one with { Negated = false }, one.Negated),
            SearchCondition.Matches matches => (matches with { Negated = false }, matches.Negated),
            _ => (condition, false),
        };
        var some = $"EXISTS (SELECT 1 FROM json_each({column}) i WHERE {One(positive, "i.value")})";
        if (condition is SearchCondition.OneOf { Values: var values } && values.OfType<SearchValue.Absent>().Any())
            some = $"({some} OR coalesce(json_array_length({column}), 0) = 0)";
        return negated ? $"NOT {some}" : some;
    }

    private string Part(string column, SearchField field)
    {
        // A path with quoted names; a quote in a name cannot be written in SQLite's paths and matches nothing.
        var path = "$" + string.Concat(field.Path.Select(name => $".\"{name.Replace("\"", "")}\""));
        var part = $"json_extract({column}, {Parameter(path)})";
        return field.Kind == FieldKind.Time ? $"CAST(round(1000 * unixepoch({part}, 'subsec')) AS INTEGER)" : part;
    }

    private string AnyOf(IReadOnlyList<SearchValue> values, string column)
    {
        var any = new List<string>();
        var scalars = values.OfType<SearchValue.Scalar>().Select(scalar => Plain(scalar.Value)).ToList();
        if (scalars.Count == 1)
            any.Add($"{column} = {Parameter(scalars[0])}");
        else if (scalars.Count > 1)
            any.Add($"{column} IN (SELECT value FROM json_each({Parameter(JsonSerializer.Serialize(scalars))}))");
        foreach (var period in values.OfType<SearchValue.Period>())
            any.Add($"({column} >= {Parameter(period.Start)} AND {column} < {Parameter(period.End)})");
        if (values.OfType<SearchValue.Absent>().Any())
            any.Add($"{column} IS NULL");
        return any.Count switch { 0 => "0", 1 => any[0], _ => $"({string.Join(" OR ", any)})" };
    }

    private static string Not(bool negated, string condition) => negated ? $"NOT coalesce({condition}, 0)" : condition;

    private static object Instant(SearchValue value) => value is SearchValue.Period period ? period.Start : Plain(((SearchValue.Scalar)value).Value);

    // SQLite has no booleans: true is 1, in columns and out of JSON.
    private static object Plain(object value) => value is bool flag ? (flag ? 1L : 0L) : value;

    private static string AsText(FieldKind kind, string column) => kind == FieldKind.Time
        ? $"strftime('%Y-%m-%dT%H:%M:%fZ', {column} / 1000.0, 'unixepoch')"
        : $"CAST({column} AS TEXT)";

    private static string Sign(Comparison by) => by switch
    {
        Comparison.Less => "<",
        Comparison.LessOrEqual => "<=",
        Comparison.Greater => ">",
        _ => ">=",
    };
}
