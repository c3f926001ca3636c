using Abaco.Workers;
using Orleans.Runtime.Services;

namespace Abaco.Silo.Workers;

/// <summary>Takes hurried commands for this silo's worker host. What must not be lost stands in the store as well.</summary>
internal sealed class HostCommands(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, WorkerHost host)
    : GrainService(id, silo, loggers), IHostCommands
{
    /// <inheritdoc/>
    public Task StopAsync(string actor, string executionId)
    {
        host.StopExecution(actor, executionId);
        return Task.CompletedTask;
    }
}

/// <summary>Reaches <see cref="HostCommands"/> of any silo.</summary>
internal sealed class HostCommandsClient(IServiceProvider services) : GrainServiceClient<IHostCommands>(services), IHostCommandsClient
{
    /// <inheritdoc/>
    public Task StopAsync(SiloAddress silo, string actor, string executionId) => GetGrainService(silo).StopAsync(actor, executionId);
}
