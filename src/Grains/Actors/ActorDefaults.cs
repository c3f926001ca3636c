using Abaco.Executions;

namespace Abaco.Actors;

/// <summary>The cluster's defaults and limits for actors, from configuration.</summary>
internal sealed record ActorDefaults
{
    /// <summary>The queue of actors that name none.</summary>
    public const string DefaultQueue = "default";

    /// <summary>Workers of an actor that sets no <c>max_workers</c>. Default 20 (rest-api.md, Actors).</summary>
    public int MaxWorkers { get; init; } = 20;

    /// <summary>The queues that an actor may name.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [DefaultQueue];

    /// <summary><c>uid:gid</c> of containers, or null for the image's own user.</summary>
    public string? User { get; init; }

    /// <summary>How long an idle stateless worker stands.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an idle worker of an actor with hint <c>sync</c> stands: 600 s (rest-api.md, Workers).</summary>
    public TimeSpan SyncIdleTime { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>How long an idle stateful worker stands.</summary>
    public TimeSpan StatefulIdleTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How objects are written into the environment.</summary>
    public ObjectEncoding Encoding { get; init; }

    /// <summary>Mounts of every execution, with placeholders.</summary>
    public IReadOnlyList<ActorMount> Mounts { get; init; } = [];

    /// <summary>The mounts of an actor, with <c>{tenant_id}</c>, <c>{username}</c> (its owner) and <c>{tasdir}</c> (none: empty) replaced.</summary>
    public IReadOnlyList<ActorMount> MountsOf(string tenant, string owner)
    {
        string Fill(string path) => path.Replace("{tenant_id}", tenant).Replace("{username}", owner).Replace("{tasdir}", "");
        return [.. Mounts.Select(mount => mount with { HostPath = Fill(mount.HostPath), ContainerPath = Fill(mount.ContainerPath) })];
    }
}
