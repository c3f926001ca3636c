using System.Globalization;
using System.Text.Json;

namespace Abaco.Api.Http;

/// <summary>Writes the fields of one object of an answer; names are given in snake and spelled as configured. Unset values are null, not absent.</summary>
internal readonly struct Fields(Utf8JsonWriter json, NameCase spelling)
{
    /// <summary>What unset times of workers and nonces read.</summary>
    public const string NoTime = "None";

    public void Text(string name, string? value)
    {
        Name(name);
        json.WriteStringValue(value);
    }

    public void Number(string name, long? value)
    {
        Name(name);
        if (value is { } number)
            json.WriteNumberValue(number);
        else
            json.WriteNullValue();
    }

    public void Flag(string name, bool value)
    {
        Name(name);
        json.WriteBooleanValue(value);
    }

    public void Time(string name, DateTimeOffset? value) => Text(name, value is { } time ? Iso(time) : null);

    public void TimeOrNone(string name, DateTimeOffset? value) => Text(name, value is { } time ? Iso(time) : NoTime);

    /// <summary>JSON text of the user's or the engine's, unchanged.</summary>
    public void Raw(string name, string? value)
    {
        Name(name);
        if (value is null)
            json.WriteNullValue();
        else
            json.WriteRawValue(value, skipInputValidation: true);
    }

    public void Texts(string name, IEnumerable<string> values)
    {
        Name(name);
        json.WriteStartArray();
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public void List<T>(string name, IEnumerable<T> rows, Action<Fields, T> write)
    {
        Name(name);
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            write(this, row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>An object of the service's own.</summary>
    public void Object(string name, Action<Fields> write)
    {
        Name(name);
        json.WriteStartObject();
        write(this);
        json.WriteEndObject();
    }

    /// <summary>An object whose keys are the user's or fixed, never respelled.</summary>
    public void Verbatim(string name, IEnumerable<KeyValuePair<string, string>> values)
    {
        Name(name);
        json.WriteStartObject();
        foreach (var (key, value) in values)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    /// <summary>A field whose name is the user's own, never respelled.</summary>
    public void Own(string name, string value) => json.WriteString(name, value);

    public void Links(params ReadOnlySpan<(string Name, string Url)> links)
    {
        json.WriteStartObject("_links");
        foreach (var (name, url) in links)
            json.WriteString(name, url);
        json.WriteEndObject();
    }

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private void Name(string name) => json.WritePropertyName(spelling == NameCase.Camel ? Names.ToCamel(name) : name);
}
