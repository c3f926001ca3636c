using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Abaco.Search;

/// <summary>
/// Understands the query arguments of a search (rest-api.md, Search). Pure. Every broken rule is named at once, with its argument. A field's name may be
/// written in snake or camel; what follows it after a dot leads into its JSON and is taken as written.
/// </summary>
internal static class SearchRules
{
    /// <summary>Items of a page unless the search says otherwise.</summary>
    public const int DefaultLimit = 100;

    /// <summary>Most items of a page.</summary>
    public const int MostItems = 10_000;

    /// <summary>Most arguments of one search.</summary>
    public const int MostArguments = 64;

    /// <summary>Longest regular expression in characters.</summary>
    public const int LongestPattern = 512;

    private static readonly HashSet<string> Operators = ["eq", "neq", "lt", "lte", "gt", "gte", "in", "nin", "like", "nlike", "between"];

    /// <summary>Understands a search.</summary>
    /// <exception cref="AbacoException">Invalid: names each argument and its rule.</exception>
    public static SearchQuery Parse(SearchKind kind, IReadOnlyList<SearchArgument> arguments)
    {
        var reading = new Reading(kind);
        foreach (var argument in arguments.Where(argument => !SearchRequest.NeverCount.Contains(argument.Name)))
            reading.Add(argument.Name, argument.Value);
        return reading.Finish();
    }

    /// <summary>The expression as it is matched: in time linear in the text, and never longer than <paramref name="longest"/>.</summary>
    /// <exception cref="ArgumentException">It is not well formed.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking.</exception>
    public static Regex Compile(string pattern, TimeSpan longest) =>
        new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, longest);

    /// <summary>Arguments of one search as they are read, and what was wrong with them.</summary>
    private sealed class Reading(SearchKind kind)
    {
        private readonly List<SearchCondition> _conditions = [];
        private readonly List<SearchText> _texts = [];
        private readonly List<string> _errors = [];
        private int? _skip;
        private int? _limit;
        private int _count;

        public void Add(string name, string value)
        {
            if (++_count > MostArguments)
                return;
            if (name.Contains('\0') || value.Contains('\0'))
                _errors.Add($"{name.Replace("\0", "")}: must hold no NUL character.");
            else if (name == "skip")
                _skip = Once(name, _skip, value, 0, int.MaxValue);
            else if (name == "limit")
                _limit = Once(name, _limit, value, 1, MostItems);
            else if (name is "search" or "exactsearch")
                AddText(name, value);
            else
                AddCondition(name, value);
        }

        public SearchQuery Finish()
        {
            if (_count > MostArguments)
                _errors.Add($"A search takes at most {MostArguments} arguments.");
            return _errors.Count == 0
                ? new SearchQuery(kind, _conditions, _texts, _skip ?? 0, _limit ?? DefaultLimit)
                : throw AbacoException.Invalid(string.Join(" ", _errors));
        }

        private int? Once(string name, int? earlier, string value, int least, int most)
        {
            if (earlier is not null)
                _errors.Add($"{name}: may be given only once.");
            else if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
                return number;
            else
                _errors.Add($"{name}: must be a whole number from {least} to {most}.");
            return earlier;
        }

        private void AddText(string name, string value)
        {
            var words = value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => word.Any(char.IsLetterOrDigit)).ToList();
            if (words.Count == 0)
                _errors.Add($"{name}: must hold at least one word.");
            else
                _texts.Add(new SearchText(words, name == "exactsearch"));
        }

        private void AddCondition(string name, string value)
        {
            var cut = name.LastIndexOf('.');
            var by = cut > 0 && Operators.Contains(name[(cut + 1)..]) ? name[(cut + 1)..] : null;
            if (FieldOf(name, by is null ? name : name[..cut]) is not { } field)
                return;
            switch (by)
            {
                case "in" or "nin":
                    AddList(name, field, value, by == "nin");
                    break;
                case "like" or "nlike":
                    AddPattern(name, field, value, by == "nlike");
                    break;
                case "between" when value.Split(',') is [var from, var to]:
                    AddComparison(name, field, Comparison.GreaterOrEqual, from);
                    AddComparison(name, field, Comparison.LessOrEqual, to);
                    break;
                case "between":
                    _errors.Add($"{name}: must be two values with a comma between them.");
                    break;
                case null or "eq" or "neq" when Values(name, field, value) is { } values:
                    _conditions.Add(new SearchCondition.OneOf(field, values, by == "neq"));
                    break;
                case "lt" or "lte" or "gt" or "gte":
                    AddComparison(name, field, ComparisonOf(by), value);
                    break;
            }
        }

        private SearchField? FieldOf(string argument, string name)
        {
            var parts = name.Split('.');
            var own = ToSnake(parts[0]);
            if (SearchFields.KindOf(kind, own) is not { } found)
            {
                _errors.Add($"{argument}: there is no such field to search; the fields are {string.Join(", ", SearchFields.Names(kind))}.");
                return null;
            }

            if (parts.Length == 1)
                return new SearchField(own, found, []);
            if (found != FieldKind.Json || parts.Any(part => part.Length == 0))
            {
                _errors.Add($"{argument}: {own} has no parts, and '{parts[^1]}' is no operator; the operators are {string.Join(", ", Operators.Order())}.");
                return null;
            }

            var inner = parts[^1] is "StartedAt" or "FinishedAt" || parts[^1].EndsWith("_time", StringComparison.Ordinal) ? FieldKind.Time : FieldKind.Json;
            return new SearchField(own, inner, parts[1..]);
        }

        private IReadOnlyList<SearchValue>? Values(string argument, SearchField field, string text)
        {
            var values = SearchValues.Read(field.Kind, text);
            if (values is null)
                _errors.Add($"{argument}: {SearchValues.Rule(field.Kind)}.");
            return values;
        }

        private void AddList(string argument, SearchField field, string text, bool negated)
        {
            if (SearchValues.ReadList(text) is not { } items)
                _errors.Add($"{argument}: must be a JSON list such as [\"a\", \"b\"].");
            else if (items.Select(item => Values(argument, field, item)).ToList() is var all && all.All(values => values is not null))
                _conditions.Add(new SearchCondition.OneOf(field, [.. all.SelectMany(values => values!)], negated));
        }

        private void AddPattern(string argument, SearchField field, string pattern, bool negated)
        {
            try
            {
                if (pattern.Length > LongestPattern)
                    throw new NotSupportedException();
                Compile(pattern, Regex.InfiniteMatchTimeout);
                _conditions.Add(new SearchCondition.Matches(field, pattern, negated));
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                _errors.Add($"{argument}: must be a regular expression of at most {LongestPattern} characters, without look-around and back references.");
            }
        }

        private void AddComparison(string argument, SearchField field, Comparison by, string text)
        {
            if (Values(argument, field, text) is not { } values)
                return;
            if (values.FirstOrDefault(value => value is not SearchValue.Absent) is { } value)
                _conditions.Add(new SearchCondition.Compare(field, by, value));
            else
                _errors.Add($"{argument}: nothing is greater or less than none.");
        }

        private static Comparison ComparisonOf(string by) => by switch
        {
            "lt" => Comparison.Less,
            "lte" => Comparison.LessOrEqual,
            "gt" => Comparison.Greater,
            _ => Comparison.GreaterOrEqual,
        };
    }

    private static string ToSnake(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter))
                text.Append('_').Append(char.ToLowerInvariant(letter));
            else
                text.Append(letter);
        }

        return text.ToString();
    }
}
