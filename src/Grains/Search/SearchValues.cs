using System.Globalization;
using System.Text.Json;

namespace Abaco.Search;

/// <summary>Reads the values of query arguments by the kind of their field (rest-api.md, Search).</summary>
internal static class SearchValues
{
    private static readonly SearchValue Absent = new SearchValue.Absent();

    /// <summary>What a value may mean; a condition holds if it holds for one of the meanings. Null: it cannot be read as the kind.</summary>
    public static IReadOnlyList<SearchValue>? Read(FieldKind kind, string text) => kind switch
    {
        FieldKind.Time => IsNone(text) ? [Absent] : SearchDates.TryParse(text, out var period) ? [period] : null,
        FieldKind.Number => IsNone(text) ? [Absent] : TryNumber(text, out var number) ? [new SearchValue.Scalar(number)] : null,
        FieldKind.Flag => IsNone(text) ? [Absent] : TryFlag(text, out var flag) ? [new SearchValue.Scalar(flag)] : null,
        FieldKind.Json => Meanings(text),
        _ => IsNone(text) ? [new SearchValue.Scalar(text), Absent] : [new SearchValue.Scalar(text)],
    };

    /// <summary>What a value of the kind must be, for errors.</summary>
    public static string Rule(FieldKind kind) => kind switch
    {
        FieldKind.Time => $"must be {SearchDates.Form}",
        FieldKind.Number => "must be a number",
        FieldKind.Flag => "must be true or false",
        _ => "must be a value",
    };

    /// <summary>Reads a list: JSON, or with single quotes as Python prints it. Null: it is none.</summary>
    public static IReadOnlyList<string>? ReadList(string text) =>
        TryList(text) ?? (text.Contains('"') ? null : TryList(text.Replace('\'', '"')));

    /// <summary>Inside JSON a value's type is not known: bool, none, number, JSON, string, tried in this order; and always the text itself.</summary>
    private static IReadOnlyList<SearchValue> Meanings(string text)
    {
        var itself = new SearchValue.Scalar(text);
        if (IsNone(text))
            return [Absent, itself];
        if (text is "true" or "True" or "false" or "False")
            return [new SearchValue.Scalar(text[0] is 't' or 'T'), itself];
        if (TryNumber(text, out var number))
            return [new SearchValue.Scalar(number), itself];
        if (text is ['{' or '[', ..] && TryJson(text) is { } json)
            return [new SearchValue.Scalar(JsonSerializer.Serialize(json)), itself];
        return [itself];
    }

    private static bool IsNone(string text) => text is "none" or "None" or "null";

    private static bool TryFlag(string text, out bool flag)
    {
        flag = text is "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase);
        return flag || text is "0" || text.Equals("false", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
        && double.IsFinite(number);

    private static List<string>? TryList(string text)
    {
        if (TryJson(text) is not { ValueKind: JsonValueKind.Array } list)
            return null;
        var values = new List<string>();
        foreach (var item in list.EnumerateArray())
            values.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText());
        return values;
    }

    private static JsonElement? TryJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
