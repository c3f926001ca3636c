using System.Text.Json;
using Abaco.Access;
using Abaco.Actors;
using Abaco.Api.Http;

namespace Abaco.Api.Actors;

/// <summary>An actor as the API shows it (rest-api.md, Actors).</summary>
internal static class ActorContract
{
    public static void Write(Fields fields, ActorSnapshot actor, Caller caller)
    {
        var given = actor.Parameters;
        var id = actor.Key.ActorId;
        fields.Links(
            ("self", Urls.Actor(caller, id)), ("owner", Urls.Owner(caller, actor.Owner)), ("executions", Urls.Executions(caller, id)));
        fields.Text("id", id);
        fields.Text("image", given.Image);
        fields.Text("name", given.Name);
        fields.Text("description", given.Description);
        fields.Text("owner", actor.Owner);
        fields.Text("status", actor.Status switch
        {
            ActorStatus.Submitted => "SUBMITTED",
            ActorStatus.Ready => "READY",
            ActorStatus.Error => "ERROR",
            _ => "SHUTTING_DOWN",
        });
        fields.Text("status_message", actor.StatusMessage);
        fields.Number("revision", actor.Revision);
        fields.Flag("stateless", given.Stateless ?? true);
        WriteToken(fields, given.Token, actor.TokenDefault);
        fields.Text("type", given.Type);
        fields.Text("link", given.Link ?? "");
        fields.Text("webhook", given.Webhook ?? "");
        fields.Text("webhook_secret", actor.WebhookSecret);
        fields.Flag("started_events", given.StartedEvents ?? false);
        fields.Texts("hints", given.Hints ?? []);
        fields.Flag("privileged", given.Privileged ?? false);
        fields.Flag("use_container_uid", given.UseContainerUid ?? false);
        fields.Number("max_workers", given.MaxWorkers);
        fields.Number("max_cpus", given.MaxCpus);
        fields.Text("mem_limit", given.MemLimit);
        fields.Raw("default_environment", given.DefaultEnvironmentJson ?? "{}");
        fields.Text("queue", given.Queue);
        fields.Number("log_ex", given.LogEx);
        fields.Text("cron_schedule", given.CronSchedule);
        fields.Flag("cron_on", given.CronOn ?? false);
        fields.Time("cron_next_ex", actor.CronNextExecution);
        fields.Number("max_run_time", given.MaxRunTime);
        fields.Number("max_retries", given.MaxRetries);
        fields.Raw("mounts", Mounts(actor.Mounts));
        fields.Text("tasdir", actor.TasDir);
        fields.Text("uid", actor.Uid);
        fields.Text("gid", actor.Gid);
        fields.Raw("state", actor.StateJson);
        fields.Time("create_time", actor.CreateTime);
        fields.Time("last_update_time", actor.LastUpdateTime);
    }

    /// <summary>A set one is a boolean, an unset one the tenant's default as text.</summary>
    private static void WriteToken(Fields fields, bool? token, bool unset)
    {
        if (token is { } set)
            fields.Flag("token", set);
        else
            fields.Text("token", unset ? "true" : "false");
    }

    /// <summary>Mounts keep Abaco's own spelling in both cases.</summary>
    private static string Mounts(IReadOnlyList<ActorMount> mounts) => JsonSerializer.Serialize(
        mounts.Select(mount => new Dictionary<string, string>
        {
            ["host_path"] = mount.HostPath,
            ["container_path"] = mount.ContainerPath,
            ["mode"] = mount.Mode,
        }));
}
