using System.Text.Json;
using Abaco.Access;
using Abaco.Executions;
using Abaco.Messages;

namespace Abaco.Configs;

/// <summary>What configs must be (rest-api.md, Configs). Pure.</summary>
internal static class ConfigRules
{
    /// <summary>Most actors of one config.</summary>
    public const int MostActors = 100;

    /// <summary>Largest value in bytes as a Python literal: all configs of an actor share one variable of 128 KiB.</summary>
    public const int LongestValue = 65_536;

    private const string Forbidden = ":/?#[]@!$&'()*+,;=";

    /// <summary>Refuses a name that breaks a rule.</summary>
    public static void CheckName(ConfigKey key) => NameRules.Check("name", key.Name, Forbidden);

    /// <summary>Refuses a value that could not become part of an environment.</summary>
    public static void CheckValue(string json)
    {
        if (json.Length > LongestValue)
            throw TooLong();
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = PythonLiteral.DeepestNesting });
        var text = EnvironmentRules.Write(json, ObjectEncoding.Python);
        if (text.Contains('\0'))
            throw AbacoException.Invalid("value: must hold no NUL character.");
        if (System.Text.Encoding.UTF8.GetByteCount(text) > LongestValue)
            throw TooLong();
    }

    /// <summary>The actors one by one, each once; an id with the tenant before it becomes the bare id.</summary>
    public static IReadOnlyList<string> Targets(string tenant, string actors)
    {
        var targets = actors.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(target => ActorKey.TryRead(tenant, target)?.ActorId ?? target).Distinct(StringComparer.Ordinal).ToList();
        return targets.Count is > 0 and <= MostActors
            ? targets
            : throw AbacoException.Invalid($"actors: must name 1 to {MostActors} actors by id or alias, with commas between them.");
    }

    /// <summary>One object of all values, in order of name.</summary>
    public static string Combine(IEnumerable<KeyValuePair<string, string>> values)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WritePropertyName(name);
                json.WriteRawValue(value);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static AbacoException TooLong() => AbacoException.Invalid($"value: may hold at most {LongestValue} bytes.");
}
