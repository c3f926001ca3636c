using Abaco.Silo.Workers;

namespace Abaco.Silo.Docker;

/// <summary>Registers the Docker adapter.</summary>
internal static class DockerHosting
{
    /// <summary>Adds the runtime that runs containers on Docker.</summary>
    public static IServiceCollection AddDockerRuntime(this IServiceCollection services) => services.AddSingleton<IContainerRuntime, DockerRuntime>();
}
