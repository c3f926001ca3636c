using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Abaco.Messages;

/// <summary>
/// Writes JSON as CPython 3 prints <c>repr(json.loads(x))</c>, which is what existing Abaco images parse (container-contract.md, Environment). A top-level
/// string is bare, not quoted.
/// </summary>
public static class PythonLiteral
{
    /// <summary>Deepest nesting of arrays and objects: 256.</summary>
    public const int DeepestNesting = 256;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DeepestNesting };

    /// <summary>Renders JSON text.</summary>
    /// <param name="json">Valid JSON.</param>
    /// <param name="field">What a refusal names.</param>
    /// <returns>A Python literal, or the text of a top-level string.</returns>
    /// <exception cref="AbacoException">Invalid: not JSON, nested too deeply, or half of a surrogate pair in a string.</exception>
    public static string Render(string json, string field = "message")
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            if (document.RootElement.ValueKind == JsonValueKind.String)
                return document.RootElement.GetString()!;
            var text = new StringBuilder(json.Length + 16);
            Write(text, document.RootElement);
            return text.ToString();
        }
        catch (JsonException)
        {
            throw AbacoException.Invalid($"{field}: must be valid JSON, nested at most {DeepestNesting} deep.");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Escaped in the JSON, or as it stands in the text.
            throw AbacoException.Invalid($"{field}: must be valid Unicode; a string holds half of a surrogate pair.");
        }
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(text, value);
                break;
            case JsonValueKind.Array:
                WriteArray(text, value);
                break;
            case JsonValueKind.String:
                WriteString(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                WriteNumber(text, value.GetRawText());
                break;
            case JsonValueKind.True:
                text.Append("True");
                break;
            case JsonValueKind.False:
                text.Append("False");
                break;
            default:
                text.Append("None");
                break;
        }
    }

    private static void WriteObject(StringBuilder text, JsonElement value)
    {
        // A repeated key keeps its first place and its last value, as in a Python dict.
        var members = new OrderedDictionary<string, JsonElement>();
        foreach (var property in value.EnumerateObject())
            members[property.Name] = property.Value;
        text.Append('{');
        var first = true;
        foreach (var (name, member) in members)
        {
            if (!first)
                text.Append(", ");
            first = false;
            WriteString(text, name);
            text.Append(": ");
            Write(text, member);
        }

        text.Append('}');
    }

    private static void WriteArray(StringBuilder text, JsonElement value)
    {
        text.Append('[');
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
                text.Append(", ");
            first = false;
            Write(text, item);
        }

        text.Append(']');
    }

    private static void WriteNumber(StringBuilder text, string raw)
    {
        if (raw.AsSpan().IndexOfAny(".eE") < 0)
        {
            text.Append(raw == "-0" ? "0" : raw);
            return;
        }

        var number = double.Parse(raw, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(number))
        {
            text.Append(number > 0 ? "inf" : "-inf");
            return;
        }

        if (number == 0)
        {
            text.Append(double.IsNegative(number) ? "-0.0" : "0.0");
            return;
        }

        // Shortest digits that read back the same, as "d.ddde±xx"; CPython uses an exponent below 1e-4 and from 1e16 on.
        var (digits, point) = Digits(number.ToString("R", CultureInfo.InvariantCulture));
        var exponent = point - 1;
        if (number < 0)
            text.Append('-');
        if (exponent is < -4 or >= 16)
        {
            text.Append(digits[0]);
            if (digits.Length > 1)
                text.Append('.').Append(digits, 1, digits.Length - 1);
            text.Append('e').Append(exponent < 0 ? '-' : '+').Append(Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture));
        }
        else if (point <= 0)
        {
            text.Append("0.").Append('0', -point).Append(digits);
        }
        else if (point >= digits.Length)
        {
            text.Append(digits).Append('0', point - digits.Length).Append(".0");
        }
        else
        {
            text.Append(digits, 0, point).Append('.').Append(digits, point, digits.Length - point);
        }
    }

    /// <summary>Splits a number into its significant digits and the place of the decimal point relative to the first.</summary>
    private static (string Digits, int Point) Digits(string shortest)
    {
        var mantissa = shortest.TrimStart('-');
        var exponent = 0;
        if (mantissa.IndexOf('E') is > 0 and var at)
        {
            exponent = int.Parse(mantissa.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            mantissa = mantissa[..at];
        }

        var dot = mantissa.IndexOf('.');
        var point = (dot < 0 ? mantissa.Length : dot) + exponent;
        var all = mantissa.Replace(".", "");
        var leading = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), point - leading);
    }

    private static void WriteString(StringBuilder text, string value)
    {
        var quote = value.Contains('\'') && !value.Contains('"') ? '"' : '\'';
        text.Append(quote);
        foreach (var rune in value.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case var code when code == quote:
                    text.Append('\\').Append(quote);
                    break;
                case var code when IsPrintable(rune):
                    text.Append(rune.ToString());
                    break;
                case < 0x100:
                    text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
                    break;
                case < 0x10000:
                    text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
                    break;
                default:
                    text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
                    break;
            }
        }

        text.Append(quote);
    }

    /// <summary>CPython's <c>str.isprintable</c>: everything but separators other than the space, and the "other" categories.</summary>
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
