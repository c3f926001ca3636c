using System.Collections.Frozen;
using Abaco.Search;

namespace Abaco.Store.Sqlite;

/// <summary>
/// SQL of each field of <see cref="SearchFields"/>. Aliases: <c>a</c> the actor's row, <c>g</c> its grain state, <c>e</c> an execution, <c>w</c> a worker,
/// <c>l</c> a log.
/// </summary>
internal static class SearchColumns
{
    private const string ActorId = "substr(a.actor, length(a.tenant) + 2)";

    private static readonly FrozenDictionary<string, string> Executions = new Dictionary<string, string>
    {
        ["id"] = "e.execution_id",
        ["actor_id"] = ActorId,
        ["executor"] = "e.executor",
        ["status"] = "CASE e.status WHEN 0 THEN 'SUBMITTED' WHEN 1 THEN 'RUNNING' WHEN 2 THEN 'COMPLETE' ELSE 'ERROR' END",
        ["cpu"] = "e.cpu",
        ["io"] = "e.io",
        ["runtime"] = "e.runtime / 1000",
        ["exit_code"] = "e.exit_code",
        ["attempts"] = "e.attempt",
        ["message_received_time"] = "e.received",
        ["start_time"] = "e.started",
        ["finish_time"] = "e.finished",
        ["worker_id"] = "e.worker",
        ["content_type"] = "e.content_type",
        ["message"] = "e.message",
        ["causes"] = "e.causes",
        ["final_state"] = "e.final_state",
        ["parameters"] = "e.parameters",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Actors = new Dictionary<string, string>
    {
        ["id"] = ActorId,
        ["owner"] = "json_extract(g.state, '$.Owner')",
        ["status"] = "CASE a.status WHEN 0 THEN 'SUBMITTED' WHEN 1 THEN 'READY' WHEN 2 THEN 'ERROR' ELSE 'SHUTTING_DOWN' END",
        ["status_message"] = "a.status_message",
        ["create_time"] = "a.created",
        ["last_update_time"] = "CAST(round(1000 * unixepoch(json_extract(g.state, '$.Updated'), 'subsec')) AS INTEGER)",
        ["revision"] = "json_extract(g.state, '$.Revision')",
        ["state"] = "json_extract(g.state, '$.StateJson')",
        ["default_environment"] = "json_extract(g.state, '$.Definition.DefaultEnvironmentJson')",
        ["image"] = "json_extract(g.state, '$.Definition.Image')",
        ["name"] = "json_extract(g.state, '$.Definition.Name')",
        ["description"] = "json_extract(g.state, '$.Definition.Description')",
        ["type"] = "json_extract(g.state, '$.Definition.Type')",
        ["link"] = "coalesce(json_extract(g.state, '$.Definition.Link'), '')",
        ["webhook"] = "coalesce(json_extract(g.state, '$.Definition.Webhook'), '')",
        ["hints"] = "json_extract(g.state, '$.Definition.Hints')",
        ["stateless"] = "json_extract(g.state, '$.Definition.Stateless')",
        ["token"] = "coalesce(json_extract(g.state, '$.Definition.Token'), 0)",
        ["privileged"] = "json_extract(g.state, '$.Definition.Privileged')",
        ["use_container_uid"] = "json_extract(g.state, '$.Definition.UseContainerUid')",
        ["cron_on"] = "coalesce(json_extract(g.state, '$.Definition.Cron.On'), 0)",
        ["cron_schedule"] = "json_extract(g.state, '$.Definition.Cron.Schedule')",
        ["cron_next_ex"] = "(SELECT s.due FROM schedules s WHERE s.actor = a.actor)",
        ["queue"] = "json_extract(g.state, '$.Definition.Queue')",
        ["max_workers"] = "json_extract(g.state, '$.Definition.MaxWorkers')",
        ["max_cpus"] = "json_extract(g.state, '$.Definition.MaxCpus')",
        ["mem_limit"] = "json_extract(g.state, '$.Definition.MemLimit')",
        ["log_ex"] = "json_extract(g.state, '$.Definition.LogEx')",
        ["max_run_time"] = "json_extract(g.state, '$.Definition.MaxRunTime')",
        ["max_retries"] = "json_extract(g.state, '$.Definition.MaxRetries')",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Workers = new Dictionary<string, string>
    {
        ["id"] = "w.worker_id",
        ["actor_id"] = ActorId,
        ["status"] = """
            CASE WHEN EXISTS (SELECT 1 FROM executions b WHERE b.actor = w.actor AND b.worker = w.worker_id AND b.status = 1) THEN 'BUSY'
            ELSE CASE w.status WHEN 0 THEN 'REQUESTED' WHEN 1 THEN 'PULLING IMAGE' WHEN 2 THEN 'READY' WHEN 3 THEN 'BUSY'
                WHEN 4 THEN 'SHUTDOWN_REQUESTED' ELSE 'ERROR' END END
            """,
        ["image"] = "w.image",
        ["location"] = "w.location",
        ["cid"] = "w.container_id",
        ["host_id"] = "w.host",
        ["host_ip"] = "w.host_ip",
        ["ch_name"] = "'worker_' || w.worker_id",
        ["revision"] = "w.revision",
        ["create_time"] = "w.created",
        ["last_execution_time"] = "w.last_execution",
        ["last_health_check_time"] = "w.last_check",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Logs = new Dictionary<string, string>
    {
        ["logs"] = "coalesce(log_text(l.text), '')",
        ["actor_id"] = ActorId,
        ["execution_id"] = "e.execution_id",
    }.ToFrozenDictionary();

    /// <summary>SQL of a field.</summary>
    public static string Of(SearchKind kind, string field) => kind switch
    {
        SearchKind.Executions => Executions[field],
        SearchKind.Actors => Actors[field],
        SearchKind.Workers => Workers[field],
        _ => Logs[field],
    };
}
