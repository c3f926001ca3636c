using Docker.DotNet;
using Docker.DotNet.Models;

namespace Abaco.Benchmarks;

/// <summary>The Docker engine as a plain client uses it: the denominator of latency and throughput.</summary>
internal static class Engines
{
    /// <summary>An image whose program does nothing but say one line; made by <c>./dev bench</c>.</summary>
    public const string NoopImage = "abaco-bench/noop";

    public static DockerClient Connect()
    {
        var address = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } named ? named : "unix:///var/run/docker.sock";
        return new DockerClientConfiguration(new Uri(address), defaultTimeout: TimeSpan.FromMinutes(2)).CreateClient();
    }

    /// <summary>One container's life through the plain API: create, start, wait, logs, inspect, remove.</summary>
    public static async Task RunOnceAsync(DockerClient client, string network)
    {
        var created = await client.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Image = NoopImage,
            Labels = new Dictionary<string, string> { ["abaco-bench"] = "plain" },
            HostConfig = new HostConfig { NetworkMode = network },
        });
        await client.Containers.StartContainerAsync(created.ID, new ContainerStartParameters());
        await client.Containers.WaitContainerAsync(created.ID);
        using (var log = await client.Containers.GetContainerLogsAsync(
            created.ID, tty: false, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true }, CancellationToken.None))
            await log.ReadOutputToEndAsync(CancellationToken.None);
        await client.Containers.InspectContainerAsync(created.ID);
        await client.Containers.RemoveContainerAsync(created.ID, new ContainerRemoveParameters());
    }

    /// <summary>Waits until no container of these actors is left, which the server removes in the background.</summary>
    /// <param name="client">The engine.</param>
    /// <param name="actors">Ids of actors of the benchmark's own server.</param>
    public static async Task GoneAsync(DockerClient client, IReadOnlyCollection<string> actors)
    {
        while (true)
        {
            var found = await client.Containers.ListContainersAsync(new ContainersListParameters
            {
                All = true,
                Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["abaco.actor"] = true } },
            });
            if (!found.Any(container => container.Labels.TryGetValue("abaco.actor", out var actor) && actors.Any(id => actor.EndsWith($"_{id}", StringComparison.Ordinal))))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }
}
