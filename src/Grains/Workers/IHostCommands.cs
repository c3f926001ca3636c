using Orleans.Services;

namespace Abaco.Workers;

/// <summary>Commands to the worker host of one silo. They hurry; what must not be lost stands in the store and is read by the host every 5 s.</summary>
[Alias("abaco.IHostCommands")]
public interface IHostCommands : IGrainService
{
    /// <summary>Stops a running execution by force.</summary>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The execution.</param>
    /// <returns>When passed on; unknown executions are ignored.</returns>
    [Alias("Stop")]
    Task StopAsync(string actor, string executionId);
}

/// <summary>Reaches the host commands of a silo by its address.</summary>
public interface IHostCommandsClient
{
    /// <summary>Stops a running execution by force.</summary>
    /// <param name="silo">The silo of the host.</param>
    /// <param name="actor">The actor's key.</param>
    /// <param name="executionId">The execution.</param>
    /// <returns>When passed on.</returns>
    Task StopAsync(SiloAddress silo, string actor, string executionId);
}
