using Abaco.Api.Http;
using Abaco.Workers;

namespace Abaco.Api.Workers;

/// <summary>A worker as the API shows it (rest-api.md, Workers).</summary>
internal static class WorkerContract
{
    public static void Write(Fields fields, WorkerSnapshot worker)
    {
        WriteOwn(fields, worker);
        fields.Text("tenant", worker.Actor.Tenant);
    }

    /// <summary>As an item of a search, which may span actors.</summary>
    public static void WriteFound(Fields fields, WorkerSnapshot worker)
    {
        WriteOwn(fields, worker);
        fields.Text("actor_id", worker.Actor.ActorId);
    }

    private static void WriteOwn(Fields fields, WorkerSnapshot worker)
    {
        fields.Text("id", worker.Id);
        fields.Text("status", worker.Status switch
        {
            WorkerStatus.Requested => "REQUESTED",
            WorkerStatus.PullingImage => "PULLING IMAGE",
            WorkerStatus.Ready => "READY",
            WorkerStatus.Busy => "BUSY",
            WorkerStatus.ShutdownRequested => "SHUTDOWN_REQUESTED",
            _ => "ERROR",
        });
        fields.Text("image", worker.Image);
        fields.Text("location", worker.Location);
        fields.Text("cid", worker.ContainerId);
        fields.Text("host_id", worker.HostId);
        fields.Text("host_ip", worker.HostIp);
        fields.Text("ch_name", $"worker_{worker.Id}");
        fields.Number("revision", worker.Revision);
        fields.TimeOrNone("create_time", worker.CreateTime);
        fields.TimeOrNone("last_execution_time", worker.LastExecutionTime);
        fields.TimeOrNone("last_health_check_time", worker.LastHealthCheckTime);
    }
}
