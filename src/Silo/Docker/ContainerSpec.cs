using System.Security.Cryptography;
using System.Text;
using Abaco.Silo.Workers;
using Docker.DotNet.Models;

namespace Abaco.Silo.Docker;

/// <summary>What a container is created with (container-contract.md). Pure.</summary>
internal static class ContainerSpec
{
    public const string ClusterLabel = "abaco.cluster";
    public const string HostLabel = "abaco.host";
    public const string ExecutionLabel = "abaco.execution";
    public const string AttemptLabel = "abaco.attempt";
    private const string ActorLabel = "abaco.actor";
    private const string WorkerLabel = "abaco.worker";
    private const string SpecLabel = "abaco.spec";

    /// <summary>The name of an attempt's container: a second one for the same attempt cannot exist.</summary>
    public static string NameOf(string executionId, int attempt) => $"abaco-{executionId}-{attempt}";

    /// <summary>The value of a label; empty when there is none.</summary>
    public static string LabelOf(IDictionary<string, string>? labels, string name) => labels is not null && labels.TryGetValue(name, out var value) ? value : "";

    public static CreateContainerParameters Of(
        ContainerOrder order, WorkersOptions options, string clusterId, string directory, string? cgroupParent, string? engineSocket)
    {
        var host = new HostConfig
        {
            // Read-only: sending to the socket needs no more, and what a program left there could not always be removed.
            Binds = [$"{directory}:/_abaco:ro", .. order.Mounts.Select(mount => $"{mount.HostPath}:{mount.ContainerPath}:{mount.Mode}")],
            NetworkMode = options.NetworkMode,
            Runtime = options.Runtime,
            Memory = order.MemoryLimitBytes ?? 0,
            MemorySwap = order.MemoryLimitBytes ?? 0,
            NanoCPUs = order.NanoCpus ?? 0,
            PidsLimit = options.PidsLimit,
            Privileged = order.Privileged,
            CgroupParent = cgroupParent,
            SecurityOpt = options.NoNewPrivileges ? ["no-new-privileges"] : [],

            // The file outlives the silo and holds the bytes as they came (json-file breaks characters that lie across its cuts of 16 kB). A flood is bounded
            // to 128 MB on disk; what is kept of a log is far less and read live.
            LogConfig = new LogConfig
            {
                Type = "local",
                Config = new Dictionary<string, string> { ["max-size"] = "64m", ["max-file"] = "2", ["compress"] = "false" },
            },
        };
        if (order.Privileged && engineSocket is not null)
            host.Binds.Add($"{engineSocket}:/var/run/docker.sock");
        return new CreateContainerParameters
        {
            Name = NameOf(order.Execution.ExecutionId, order.Attempt),
            Image = order.Image,
            Env = [.. order.Environment],
            User = order.User,
            HostConfig = host,
            Labels = new Dictionary<string, string>
            {
                [ClusterLabel] = clusterId,
                [HostLabel] = order.HostId,
                [ActorLabel] = order.Execution.Actor.ToString(),
                [WorkerLabel] = order.WorkerId,
                [ExecutionLabel] = order.Execution.ExecutionId,
                [AttemptLabel] = order.Attempt.ToString(),
                [SpecLabel] = Hash(order, options),
            },
        };
    }

    /// <summary>A hash of everything that is fixed when a container is created, the message not counted.</summary>
    private static string Hash(ContainerOrder order, WorkersOptions options)
    {
        var text = string.Join(
            '\n', order.Image, order.User, order.MemoryLimitBytes, order.NanoCpus, order.Privileged, options.NetworkMode, options.Runtime,
            options.PidsLimit, options.NoNewPrivileges, string.Join('\t', order.Mounts));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
