using Abaco.Actors;
using Abaco.Silo.Docker;
using Abaco.Silo.Hosting;
using Abaco.Workers;
using Microsoft.Extensions.Options;

namespace Abaco.Silo.Workers;

/// <summary>Registers the worker host and what belongs to it.</summary>
internal static class WorkerHosting
{
    /// <summary>Adds the worker host on Docker.</summary>
    public static void AddWorkerHost(this WebApplicationBuilder builder)
    {
        builder.Services.AddDockerRuntime();
        builder.Services.AddHealthChecks().AddCheck<HostReadiness>("worker host", tags: ["ready"]);
        builder.Host.UseOrleans(silo => silo.AddWorkerHost());
        builder.Bind<WorkersOptions>(WorkersOptions.Section);
    }

    /// <summary>Adds the worker host to a silo whose container runtime is registered.</summary>
    public static ISiloBuilder AddWorkerHost(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddSingleton<HostReadiness>();
        services.AddSingleton(provider => ActorDefaultsFrom(
            provider.GetRequiredService<IOptions<WorkersOptions>>().Value, provider.GetRequiredService<IOptions<SiloSettings>>().Value));
        services.AddSingleton(provider => new OrderRules(
            provider.GetRequiredService<IOptions<WorkersOptions>>().Value, provider.GetRequiredService<ActorDefaults>()));
        services.AddSingleton<IHostCommandsClient, HostCommandsClient>();
        services.AddSingleton<WorkerHost>().AddHostedService(provider => provider.GetRequiredService<WorkerHost>());
        services.AddSingleton<DutySweep>().AddSingleton<Sweeper>().AddHostedService(provider => provider.GetRequiredService<Sweeper>());
        return silo.AddGrainService<HostCommands>();
    }

    private static ActorDefaults ActorDefaultsFrom(WorkersOptions workers, SiloSettings silo) => new()
    {
        Queues = [.. silo.ServedQueues],
        User = workers.User,
        IdleTime = workers.IdleTime,
        StatefulIdleTime = workers.StatefulIdleTime,
        Mounts = [.. workers.Mounts.Select(mount => new ActorMount(mount.HostPath, mount.ContainerPath, mount.Mode))],
        Encoding = workers.ObjectEncoding,
    };
}
