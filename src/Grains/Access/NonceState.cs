namespace Abaco.Access;

/// <summary>What grain storage keeps of a nonce; lists find it by <see cref="Target"/>.</summary>
internal sealed record NonceState
{
    /// <summary>What it opens, as <see cref="NonceTarget.ToString"/> writes it.</summary>
    public string Target { get; init; } = "";

    /// <summary>Who created it.</summary>
    public string Owner { get; init; } = "";

    /// <summary>The owner's roles when it was created.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>The most that a request with it may do.</summary>
    public PermissionLevel Level { get; init; }

    /// <summary>How often it may be used, -1 for any number.</summary>
    public int MaxUses { get; init; } = NonceRules.Unlimited;

    /// <summary>How often it was used.</summary>
    public int Uses { get; init; }

    /// <summary>Free text.</summary>
    public string? Description { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was last used.</summary>
    public DateTimeOffset? LastUse { get; init; }
}
