using Abaco.Access;
using Abaco.Api.Http;
using Abaco.Executions;

namespace Abaco.Api.Executions;

/// <summary>Executions as the API shows them (rest-api.md, Executions).</summary>
internal static class ExecutionContract
{
    public static void Write(Fields fields, ExecutionSnapshot execution, Caller caller)
    {
        WriteFound(fields, execution, caller);
        fields.Text("api_server", caller.ApiServer);
    }

    /// <summary>As an item of a search.</summary>
    public static void WriteFound(Fields fields, ExecutionSnapshot execution, Caller caller)
    {
        var (actorId, id) = (execution.Key.Actor.ActorId, execution.Key.ExecutionId);
        fields.Links(
            ("self", Urls.Execution(caller, actorId, id)),
            ("owner", Urls.Owner(caller, execution.Executor)),
            ("logs", Urls.Logs(caller, actorId, id)));
        fields.Text("actor_id", actorId);
        fields.Text("executor", execution.Executor);
        fields.Text("id", id);
        fields.Text("status", Status(execution.Status));
        fields.Number("cpu", execution.CpuNanoseconds);
        fields.Number("io", execution.IoBytes);
        fields.Number("runtime", Seconds(execution.Runtime));
        fields.Number("exit_code", execution.ExitCode);
        fields.Raw("final_state", execution.FinalStateJson);
        fields.Time("message_received_time", execution.MessageReceivedTime);
        fields.Time("start_time", execution.StartTime);
        fields.Time("finish_time", execution.FinishTime);
        fields.Text("worker_id", execution.WorkerId);
        fields.Number("attempts", execution.Attempts);
        fields.Texts("causes", execution.Causes);
        fields.Text("content_type", execution.ContentType);
        fields.Text("message", execution.Message);
        fields.Verbatim("parameters", execution.Parameters);
    }

    public static void WriteItem(Fields fields, ExecutionItem item)
    {
        fields.Text("id", item.ExecutionId);
        fields.Text("status", Status(item.Status));
        fields.Time("start_time", item.StartTime);
        fields.Time("finish_time", item.FinishTime);
        fields.Time("message_received_time", item.MessageReceivedTime);
    }

    public static long Seconds(TimeSpan time) => (long)time.TotalSeconds;

    private static string Status(ExecutionStatus status) => status.ToString().ToUpperInvariant();
}
