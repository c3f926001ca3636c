using Abaco.Access;

namespace Abaco.Aliases;

/// <summary>What grain storage keeps of an alias.</summary>
internal sealed record AliasState
{
    /// <summary>The actor it stands for.</summary>
    public string ActorId { get; init; } = "";

    /// <summary>Who created it.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Deleted, but some of its nonces may still stand: nobody sees it, and the name is free once they are gone.</summary>
    public bool Deleting { get; init; }

    /// <summary>Level by user.</summary>
    public PermissionTable Permissions { get; init; } = [];
}
