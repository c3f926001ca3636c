using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Abaco.Api.Http;

/// <summary>
/// The parameters of a write, from JSON, a form or a multipart form; names in either spelling. Getters collect what is wrong, so that one answer names every
/// field; unknown parameters are ignored.
/// </summary>
internal sealed class Parameters
{
    private const int Most = 1_024;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly Dictionary<string, List<JsonElement>> _values = [];
    private readonly List<string> _errors = [];
    private int _count;

    private Parameters()
    {
    }

    /// <summary>Reads the parameters of a request; an absent body is an empty set.</summary>
    public static async Task<Parameters> ReadAsync(HttpContext context, long limit)
    {
        var parameters = new Parameters();
        var body = await BodyReader.ReadAsync(context, limit);
        switch (Forms.MediaType(context))
        {
            case Forms.UrlEncoded:
                parameters.AddForm(Queries.Pairs(Decode(body)));
                break;
            case Forms.Multipart when body.Length > 0:
                parameters.AddForm(await Forms.ReadMultipartAsync(context, body));
                break;
            default:
                parameters.AddJson(body);
                break;
        }

        return parameters;
    }

    /// <summary>Decodes UTF-8 strictly.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException)
        {
            throw AbacoException.Invalid("The request body is not valid UTF-8.");
        }
    }

    /// <summary>Throws one refusal for everything that was wrong.</summary>
    public void Check()
    {
        if (_errors.Count > 0)
            throw AbacoException.Invalid(string.Join(" ", _errors));
    }

    /// <summary>Whether the parameter was given and is not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    public string? Text(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return Unicode(name, value);
        return Wrong<string>(name, "a string");
    }

    /// <summary>Any JSON value that must be there, as JSON text; a form gives a string.</summary>
    public string RequiredJson(string name)
    {
        if (Find(name) is not { } value)
            return Wrong<string>(name, "given") ?? "";
        try
        {
            // Written anew, for half of a surrogate pair is found only so.
            return JsonSerializer.Serialize(value);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            return Wrong<string>(name, "valid Unicode") ?? "";
        }
    }

    /// <summary>True or false, which must be there.</summary>
    public bool RequiredFlag(string name) => Has(name) ? Flag(name) ?? false : Wrong<string>(name, "given") is not null;

    /// <summary>A string that must be there and must not be empty.</summary>
    public string Required(string name)
    {
        if (!Has(name))
            return Wrong<string>(name, "given") ?? "";
        var text = Text(name);
        return text is "" ? Wrong<string>(name, "not empty") ?? "" : text ?? "";
    }

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value)
            return null;
        var flag = ParseFlag(value.ValueKind == JsonValueKind.String ? Unicode(name, value) ?? "" : value.GetRawText());
        if (flag is null)
            Add(name, "true or false");
        return flag;
    }

    /// <summary>Reads true, false, 1 or 0 in any case; null: none of these.</summary>
    public static bool? ParseFlag(string text) => text.ToLowerInvariant() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => null,
    };

    public int? Whole(string name) => Long(name) is not { } value ? null
        : value is >= int.MinValue and <= int.MaxValue ? (int)value : (int?)Add(name, "a whole number of at most 2147483647");

    public long? Long(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
            return number;
        if (value.ValueKind == JsonValueKind.String
            && long.TryParse(Unicode(name, value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            return number;
        return Add(name, "a whole number");
    }

    /// <summary>A required whole number of at least 0.</summary>
    public long Amount(string name)
    {
        if (!Has(name))
        {
            _errors.Add($"{name}: required; a whole number of at least 0.");
            return 0;
        }

        var value = Long(name);
        if (value < 0)
            Add(name, "a whole number of at least 0");
        return value ?? 0;
    }

    /// <summary>A text that may be given as a number, such as <c>mem_limit=-1</c>.</summary>
    public string? TextOrNumber(string name) => Find(name) is { ValueKind: JsonValueKind.Number } value ? value.GetRawText() : Text(name);

    /// <summary>A list of strings: a JSON list, a repeated form field, or one string.</summary>
    public IReadOnlyList<string>? Texts(string name)
    {
        if (!_values.TryGetValue(name, out var values) || values.All(value => value.ValueKind == JsonValueKind.Null))
            return null;
        var all = values.SelectMany(value => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value]).ToList();
        if (all.Any(value => value.ValueKind != JsonValueKind.String))
            return Wrong<IReadOnlyList<string>>(name, "a list of strings");
        return [.. all.Select(value => Unicode(name, value) ?? "")];
    }

    /// <summary>An object, as JSON text; a form gives it as text.</summary>
    public string? Object(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return value.GetRawText();
        if (value.ValueKind == JsonValueKind.String && TryParse(Unicode(name, value) ?? "", out var inner) && inner.ValueKind == JsonValueKind.Object)
            return inner.GetRawText();
        return Wrong<string>(name, "a JSON object");
    }

    /// <summary>Parses JSON text.</summary>
    public static bool TryParse(string text, out JsonElement value)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = Abaco.Messages.PythonLiteral.DeepestNesting });
            value = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            value = default;
            return false;
        }
    }

    private JsonElement? Find(string name) =>
        _values.TryGetValue(name, out var values) && values[^1].ValueKind != JsonValueKind.Null ? values[^1] : null;

    private void AddForm(IEnumerable<(string Name, string Value)> fields)
    {
        foreach (var (name, text) in fields)
            Add(name, JsonSerializer.SerializeToElement(text));
    }

    private void AddJson(byte[] body)
    {
        if (body.AsSpan().TrimStart(" \t\r\n"u8).IsEmpty)
            return;
        if (!TryParse(Decode(body), out var root))
            throw AbacoException.Invalid("The request body could not be parsed: it must be a JSON object or a form.");
        if (root.ValueKind != JsonValueKind.Object)
            throw AbacoException.Invalid("The request body must be a JSON object or a form.");
        try
        {
            foreach (var property in root.EnumerateObject())
                Add(property.Name, property.Value);
        }
        catch (InvalidOperationException)
        {
            throw AbacoException.Invalid("The request body must be valid Unicode; a name in it holds half of a surrogate pair.");
        }
    }

    private void Add(string name, JsonElement value)
    {
        if (++_count > Most)
            throw AbacoException.Invalid($"The request body may hold at most {Most} parameters.");
        var key = Names.ToSnake(name);
        if (_values.TryGetValue(key, out var values))
            values.Add(value);
        else
            _values[key] = [value];
    }

    private string? Unicode(string name, JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return Wrong<string>(name, "valid Unicode");
        }
    }

    private T? Wrong<T>(string name, string rule)
        where T : class
    {
        Add(name, rule);
        return null;
    }

    private long? Add(string name, string rule)
    {
        _errors.Add($"{name}: must be {rule}.");
        return null;
    }
}
