using System.Text;
using System.Text.Json;
using Abaco.Messages;

namespace Abaco.Executions;

/// <summary>What an execution's environment is made from.</summary>
internal sealed record EnvironmentFacts
{
    public required ExecutionKey Execution { get; init; }

    public required string WorkerId { get; init; }

    public required MessageRequest Message { get; init; }

    /// <summary>Who sent the message.</summary>
    public required string Executor { get; init; }

    /// <summary>Address of the service as the container reaches it.</summary>
    public required string ApiServer { get; init; }

    /// <summary>The actor's name, null when unnamed.</summary>
    public required string? ActorName { get; init; }

    public required string Image { get; init; }

    public required int Revision { get; init; }

    /// <summary>JSON text of the actor's state.</summary>
    public required string StateJson { get; init; }

    /// <summary>JSON text of one object with the values of the actor's configs, secrets in clear.</summary>
    public string ConfigsJson { get; init; } = "{}";

    /// <summary>JSON text of the actor's default environment, or null.</summary>
    public required string? DefaultEnvironmentJson { get; init; }

    /// <summary>How objects are written.</summary>
    public required ObjectEncoding Encoding { get; init; }
}

/// <summary>Builds a container's environment (container-contract.md, Environment). Pure.</summary>
internal static class EnvironmentRules
{
    /// <summary>Longest <c>NAME=VALUE</c> in bytes: Linux's MAX_ARG_STRLEN of 131,072 with its ending NUL (performance.md, Messages into the container).</summary>
    public const int LongestEntryBytes = 131_071;

    /// <summary>Most bytes of all entries, a little under the 2 MiB that Linux gives to environment and arguments together.</summary>
    public const int MostBytes = 1_966_080;

    /// <summary>How deep JSON may be nested that becomes a variable.</summary>
    public static readonly JsonDocumentOptions Nesting = new() { MaxDepth = PythonLiteral.DeepestNesting };

    private const string ReservedPrefix = "_abaco_";

    /// <summary>Whether a name belongs to the service, so that neither actor nor message may set it.</summary>
    public static bool IsReserved(string name) =>
        name.StartsWith(ReservedPrefix, StringComparison.Ordinal) || name is "MSG" or "_actor_configs" or "TRACEPARENT" or "x-nonce";

    /// <summary>Builds the entries; a bare name removes the image's variable.</summary>
    /// <exception cref="AbacoException">Invalid: an entry or all of them are too large.</exception>
    public static IReadOnlyList<string> Build(EnvironmentFacts facts)
    {
        var variables = new OrderedDictionary<string, string?>();
        AddDefaults(variables, facts.DefaultEnvironmentJson);
        foreach (var (name, value) in facts.Message.Parameters)
            if (!IsReserved(name))
                variables[name] = value;
        foreach (var (name, value) in Service(facts))
            variables[name] = value;
        if (facts.Message.Kind == MessageKind.Binary)
            variables.Remove("MSG");
        var entries = variables.Select(pair => pair.Value is null ? pair.Key : $"{pair.Key}={pair.Value}").ToList();
        CheckSizes(entries);
        return entries;
    }

    /// <summary>Writes JSON text as the container reads it; a top-level string is bare.</summary>
    /// <param name="json">JSON text.</param>
    /// <param name="encoding">How objects are written.</param>
    /// <param name="field">What a refusal names.</param>
    /// <exception cref="AbacoException">Invalid: not JSON, nested too deeply, or not Unicode.</exception>
    public static string Write(string json, ObjectEncoding encoding, string field = "message")
    {
        // Also checks what is then written as JSON: the actor's hint may choose either.
        var literal = PythonLiteral.Render(json, field);
        return encoding == ObjectEncoding.Python || json.AsSpan().TrimStart().StartsWith('"') ? literal : json;
    }

    /// <summary>What a value of an actor's <c>default_environment</c> becomes; null removes the image's variable.</summary>
    /// <exception cref="AbacoException">Invalid: not Unicode.</exception>
    public static string? DefaultValue(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null ? null : PythonLiteral.Render(value.GetRawText(), "default_environment");

    private static void AddDefaults(OrderedDictionary<string, string?> variables, string? json)
    {
        if (json is null)
            return;
        using var document = JsonDocument.Parse(json, Nesting);
        foreach (var property in document.RootElement.EnumerateObject())
            if (!IsReserved(property.Name))
                variables[property.Name] = DefaultValue(property.Value);
    }

    private static IEnumerable<(string Name, string Value)> Service(EnvironmentFacts facts)
    {
        var actor = facts.Execution.Actor;
        if (facts.Message.Kind != MessageKind.Binary)
            yield return ("MSG", facts.Message.Kind == MessageKind.Json ? Write(facts.Message.Text, facts.Encoding) : facts.Message.Text);
        yield return ("_abaco_Content_Type", facts.Message.ContentType);
        yield return ("_abaco_Content-Type", facts.Message.ContentType);
        yield return ("_abaco_execution_id", facts.Execution.ExecutionId);
        yield return ("_abaco_actor_id", actor.ActorId);
        yield return ("_abaco_actor_dbid", actor.ToString());
        yield return ("_abaco_worker_id", facts.WorkerId);
        yield return ("_abaco_actor_name", facts.ActorName ?? "None");
        yield return ("_abaco_container_repo", facts.Image);
        yield return ("_abaco_actor_revision", facts.Revision.ToString());
        yield return ("_abaco_actor_state", Write(facts.StateJson, facts.Encoding, "state"));
        yield return ("_abaco_username", facts.Executor);
        yield return ("_abaco_api_server", facts.ApiServer);
        yield return ("_abaco_jwt_header_name", "");
        yield return ("_abaco_access_token", "");
        yield return ("_actor_configs", Write(facts.ConfigsJson, facts.Encoding));
    }

    private static void CheckSizes(List<string> entries)
    {
        var total = 0L;
        foreach (var entry in entries)
        {
            var bytes = Encoding.UTF8.GetByteCount(entry);
            total += bytes + 1 + sizeof(long);
            if (bytes > LongestEntryBytes)
                throw MessageRules.TooLong(entry.Split('=', 2)[0]);
        }

        if (total > MostBytes)
            throw AbacoException.Invalid($"environment: all variables together may hold {MostBytes} bytes; send large data as a binary message.");
    }
}
