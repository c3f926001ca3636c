namespace Abaco.Search;

/// <summary>A search as it was understood; stores translate it into their dialect.</summary>
/// <param name="Kind">What is searched.</param>
/// <param name="Conditions">All must hold.</param>
/// <param name="Texts">Full-text wishes; all must be met, and the best match comes first.</param>
/// <param name="Skip">How many matches to leave out.</param>
/// <param name="Limit">How many to return at most.</param>
internal sealed record SearchQuery(
    SearchKind Kind, IReadOnlyList<SearchCondition> Conditions, IReadOnlyList<SearchText> Texts, int Skip, int Limit);

/// <summary>A full-text wish.</summary>
/// <param name="Words">At least one.</param>
/// <param name="Phrase">The words must follow one another (<c>exactsearch</c>); else any of them may match (<c>search</c>).</param>
internal sealed record SearchText(IReadOnlyList<string> Words, bool Phrase);

/// <summary>A condition on one field.</summary>
/// <param name="Field">The field.</param>
internal abstract record SearchCondition(SearchField Field)
{
    /// <summary><c>.eq .in</c>: the field has one of the values; negated (<c>.neq .nin</c>) also when it has none at all.</summary>
    internal sealed record OneOf(SearchField Field, IReadOnlyList<SearchValue> Values, bool Negated) : SearchCondition(Field);

    /// <summary><c>.lt .lte .gt .gte .between</c>: a time stands for its first instant.</summary>
    internal sealed record Compare(SearchField Field, Comparison By, SearchValue Value) : SearchCondition(Field);

    /// <summary><c>.like .nlike</c>: the regular expression matches somewhere in the field's text.</summary>
    internal sealed record Matches(SearchField Field, string Pattern, bool Negated) : SearchCondition(Field);
}

/// <summary>How two values compare.</summary>
internal enum Comparison
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>A value of a query argument.</summary>
internal abstract record SearchValue
{
    /// <summary>The field is unset.</summary>
    internal sealed record Absent : SearchValue;

    /// <summary>A string, a double or a bool.</summary>
    internal sealed record Scalar(object Value) : SearchValue;

    /// <summary>A year, a day, … a millisecond: from, and the first instant after, in Unix milliseconds.</summary>
    internal sealed record Period(long Start, long End) : SearchValue;
}
