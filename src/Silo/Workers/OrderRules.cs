using Abaco.Actors;
using Abaco.Executions;
using Abaco.Store;
using Abaco.Workers;

namespace Abaco.Silo.Workers;

/// <summary>Makes a container order from a work order: environment, limits, user, mounts, as container-contract.md says. Pure.</summary>
internal sealed class OrderRules(WorkersOptions options, ActorDefaults defaults)
{
    /// <summary>Longest time that logs are kept, whatever the actor asks (rest-api.md, Actors, <c>log_ex</c>).</summary>
    private static readonly TimeSpan LongestLogTime = TimeSpan.FromSeconds(86_400);

    private static readonly TimeSpan UsualLogTime = TimeSpan.FromSeconds(43_200);

    /// <summary>Makes the order.</summary>
    public ContainerOrder Make(WorkOrder order, WorkerRef worker, EngineFacts engine, IBodyStore bodies, string configsJson)
    {
        var actor = order.Actor;
        return new ContainerOrder
        {
            Execution = order.Execution,
            Attempt = order.Attempt,
            WorkerId = worker.WorkerId,
            HostId = worker.Host,
            Image = actor.Image!,
            Environment = EnvironmentRules.Build(Facts(order, worker.WorkerId, engine, configsJson)),
            User = actor.UseContainerUid is true ? null : options.User,
            MemoryLimitBytes = MemoryLimit.ParseBytes(actor.MemLimit ?? options.MemLimit),
            NanoCpus = (actor.MaxCpus ?? options.MaxCpus) is > 0 and var cpus ? cpus : null,
            Mounts = defaults.MountsOf(order.Execution.Actor.Tenant, order.Owner),
            Privileged = actor.Privileged is true,
            MaxRunTime = actor.MaxRunTime is { } seconds ? TimeSpan.FromSeconds(seconds) : options.MaxRunTime,
            ReadBodyChunk = order.Message.UploadId is { } upload ? index => bodies.ReadAsync(upload, index) : null,
        };
    }

    /// <summary>How long the actor's logs are kept.</summary>
    public TimeSpan LogKept(ActorRequest actor)
    {
        var asked = actor.LogEx is { } seconds ? TimeSpan.FromSeconds(seconds) : UsualLogTime;
        return asked < LongestLogTime ? asked : LongestLogTime;
    }

    /// <summary>
    /// The address under which code in the container reaches the service: the request's own, with loopback replaced by the bridge's gateway, since loopback in
    /// a container is the container itself.
    /// </summary>
    public static string ApiServer(string asked, string? gateway) =>
        gateway is not null && Uri.TryCreate(asked, UriKind.Absolute, out var uri) && uri.IsLoopback
            ? new UriBuilder(uri) { Host = gateway }.Uri.GetLeftPart(UriPartial.Authority)
            : asked;

    private EnvironmentFacts Facts(WorkOrder order, string workerId, EngineFacts engine, string configsJson) => new()
    {
        Execution = order.Execution,
        WorkerId = workerId,
        Message = order.Message,
        Executor = order.Executor,
        ApiServer = ApiServer(order.ApiServer, engine.Gateway),
        ActorName = order.Actor.Name,
        Image = order.Actor.Image!,
        Revision = order.Revision,
        StateJson = order.StateJson,
        ConfigsJson = configsJson,
        DefaultEnvironmentJson = order.Actor.DefaultEnvironmentJson,
        Encoding = order.Actor.Hints?.Contains("json") is true ? ObjectEncoding.Json : defaults.Encoding,
    };
}
