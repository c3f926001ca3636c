using Abaco.Access;

namespace Abaco.Configs;

/// <summary>What grain storage keeps of a config. The store finds it by <see cref="Targets"/>, its creator's rights by <see cref="Owner"/>.</summary>
internal sealed record ConfigState
{
    /// <summary>Who created it.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Level by user.</summary>
    public PermissionTable Permissions { get; init; } = [];

    /// <summary>Its actors as given.</summary>
    public string Actors { get; init; } = "";

    /// <summary>The same one by one: ids without tenant, and aliases, which are followed to where they point when an execution starts.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>JSON text of a value that is no secret.</summary>
    public string? ValueJson { get; init; }

    /// <summary>JSON text of a secret.</summary>
    public SealedText? Secret { get; init; }

    /// <summary>What readers see.</summary>
    public ConfigSnapshot Snapshot(ConfigKey key) => new(key, Owner, ValueJson, Secret is not null, Actors);
}
