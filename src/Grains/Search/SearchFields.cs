using System.Collections.Frozen;

namespace Abaco.Search;

/// <summary>How a field's values are read and compared.</summary>
internal enum FieldKind
{
    /// <summary>Text as it is.</summary>
    Text,

    /// <summary>A status by its name.</summary>
    Status,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A time.</summary>
    Time,

    /// <summary>A list of texts: a condition holds if it holds for one of them.</summary>
    List,

    /// <summary>JSON whose parts may be named after a dot.</summary>
    Json,
}

/// <summary>A field that can be searched.</summary>
/// <param name="Name">Its name in snake.</param>
/// <param name="Kind">How its values are read; of the part that <paramref name="Path"/> names.</param>
/// <param name="Path">Names that lead into its JSON, as written; empty for the whole.</param>
internal sealed record SearchField(string Name, FieldKind Kind, IReadOnlyList<string> Path);

/// <summary>The fields of each kind: those of the resource's own answer that are stored (rest-api.md).</summary>
internal static class SearchFields
{
    private static readonly FrozenDictionary<string, FieldKind> Executions = Spelled(
        (FieldKind.Text, "id actor_id executor worker_id content_type message"),
        (FieldKind.Status, "status"),
        (FieldKind.Number, "cpu io runtime exit_code attempts"),
        (FieldKind.Time, "message_received_time start_time finish_time"),
        (FieldKind.List, "causes"),
        (FieldKind.Json, "final_state parameters"));

    private static readonly FrozenDictionary<string, FieldKind> Actors = Spelled(
        (FieldKind.Text, "id owner image name description status_message type link webhook mem_limit queue cron_schedule"),
        (FieldKind.Status, "status"),
        (FieldKind.Number, "revision max_workers max_cpus log_ex max_run_time max_retries"),
        (FieldKind.Flag, "stateless token privileged use_container_uid cron_on"),
        (FieldKind.Time, "create_time last_update_time cron_next_ex"),
        (FieldKind.List, "hints"),
        (FieldKind.Json, "default_environment state"));

    private static readonly FrozenDictionary<string, FieldKind> Workers = Spelled(
        (FieldKind.Text, "id actor_id image location cid host_id host_ip ch_name"),
        (FieldKind.Status, "status"),
        (FieldKind.Number, "revision"),
        (FieldKind.Time, "create_time last_execution_time last_health_check_time"));

    private static readonly FrozenDictionary<string, FieldKind> Logs = Spelled((FieldKind.Text, "logs actor_id execution_id"));

    /// <summary>The kind of a field, by its name in snake; null when there is no such field.</summary>
    public static FieldKind? KindOf(SearchKind kind, string name) => Of(kind).TryGetValue(name, out var found) ? found : null;

    /// <summary>The names of a kind's fields, in snake.</summary>
    public static IEnumerable<string> Names(SearchKind kind) => Of(kind).Keys.Order(StringComparer.Ordinal);

    private static FrozenDictionary<string, FieldKind> Of(SearchKind kind) => kind switch
    {
        SearchKind.Executions => Executions,
        SearchKind.Actors => Actors,
        SearchKind.Workers => Workers,
        _ => Logs,
    };

    private static FrozenDictionary<string, FieldKind> Spelled(params ReadOnlySpan<(FieldKind Kind, string Names)> groups)
    {
        var fields = new Dictionary<string, FieldKind>();
        foreach (var (kind, names) in groups)
            foreach (var name in names.Split(' '))
                fields.Add(name, kind);
        return fields.ToFrozenDictionary();
    }
}
