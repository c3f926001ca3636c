namespace Abaco.Actors;

/// <summary>Life of an actor as shown by its <c>status</c>.</summary>
[GenerateSerializer, Alias("abaco.ActorStatus")]
public enum ActorStatus
{
    /// <summary>Registered; no worker has stood with its image yet.</summary>
    Submitted,

    /// <summary>An image is present and a worker has stood.</summary>
    Ready,

    /// <summary>The image cannot be had, or six containers in a row could not be created or started. Messages keep waiting; a good PUT recovers it.</summary>
    Error,

    /// <summary>Being deleted.</summary>
    ShuttingDown,
}

/// <summary>A mount as the actor's <c>mounts</c> field lists it.</summary>
/// <param name="HostPath">Path on the engine's host.</param>
/// <param name="ContainerPath">Path in the container.</param>
/// <param name="Mode"><c>rw</c> or <c>ro</c>.</param>
[GenerateSerializer, Immutable, Alias("abaco.ActorMount")]
public sealed record ActorMount([property: Id(0)] string HostPath, [property: Id(1)] string ContainerPath, [property: Id(2)] string Mode);

/// <summary>One actor as its owner sees it.</summary>
[GenerateSerializer, Immutable, Alias("abaco.ActorSnapshot")]
public sealed record ActorSnapshot
{
    /// <summary>Tenant and id.</summary>
    [Id(0)] public required ActorKey Key { get; init; }

    /// <summary>Who registered it.</summary>
    [Id(1)] public required string Owner { get; init; }

    /// <summary>Its parameters with defaults filled in where the default is the service's (see rest-api.md, Actors); unset ones stay null.</summary>
    [Id(2)] public required ActorRequest Parameters { get; init; }

    /// <summary>Life of the actor.</summary>
    [Id(3)] public required ActorStatus Status { get; init; }

    /// <summary>Progress of a pull, the reason of an error, or empty.</summary>
    [Id(4)] public required string StatusMessage { get; init; }

    /// <summary>1, and one more at every change of image or <c>force</c>.</summary>
    [Id(5)] public required int Revision { get; init; }

    /// <summary>JSON text of the state; <c>{}</c> at first.</summary>
    [Id(6)] public required string StateJson { get; init; }

    /// <summary>Mounts that its executions get.</summary>
    [Id(7)] public required IReadOnlyList<ActorMount> Mounts { get; init; }

    /// <summary>Configured working directory of the owner, or null.</summary>
    [Id(8)] public string? TasDir { get; init; }

    /// <summary>User id its containers run as, null: the image's own.</summary>
    [Id(9)] public string? Uid { get; init; }

    /// <summary>Group id its containers run as, null: the image's own.</summary>
    [Id(10)] public string? Gid { get; init; }

    /// <summary>When the schedule is due next, or null.</summary>
    [Id(11)] public DateTimeOffset? CronNextExecution { get; init; }

    /// <summary>When it was registered.</summary>
    [Id(12)] public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it was last changed.</summary>
    [Id(13)] public required DateTimeOffset LastUpdateTime { get; init; }

    /// <summary>What <c>token</c> shows where the actor set none: the tenant's default as text.</summary>
    [Id(14)] public required bool TokenDefault { get; init; }

    /// <summary>The secret that signs its webhooks (Standard Webhooks, <c>whsec_…</c>), shown to those who hold UPDATE; else null.</summary>
    [Id(15)] public string? WebhookSecret { get; init; }
}
