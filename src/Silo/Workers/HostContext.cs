using Abaco.Configs;
using Abaco.Store;
using Abaco.Workers;

namespace Abaco.Silo.Workers;

/// <summary>What all workers of a host share.</summary>
/// <param name="HostId">The host.</param>
/// <param name="Engine">The engine.</param>
/// <param name="Runtime">Runs containers.</param>
/// <param name="Slots">The host's slots.</param>
/// <param name="Grains">Reaches grains.</param>
/// <param name="Bodies">Bodies of binary messages.</param>
/// <param name="Orders">Makes container orders.</param>
/// <param name="Configs">Reads configs and secrets of actors.</param>
/// <param name="Options">How containers run.</param>
/// <param name="Silo">This silo's address.</param>
/// <param name="HostIp">This host's address.</param>
/// <param name="Time">The clock.</param>
/// <param name="Log">The worker host's log.</param>
/// <param name="EngineAway">Tells the host that the engine does not answer: it asks for no more work until it does.</param>
internal sealed record HostContext(
    string HostId,
    EngineFacts Engine,
    IContainerRuntime Runtime,
    Slots Slots,
    IGrainFactory Grains,
    IBodyStore Bodies,
    OrderRules Orders,
    ActorConfigs Configs,
    WorkersOptions Options,
    SiloAddress Silo,
    string HostIp,
    TimeProvider Time,
    ILogger Log,
    Action<EngineUnavailableException> EngineAway)
{
    /// <summary>Names a new worker.</summary>
    public WorkerRef NewWorker() => new(HashIds.New(), HostId, HostIp, Engine.Location, Silo, 0);
}
