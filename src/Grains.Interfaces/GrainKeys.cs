namespace Abaco;

/// <summary>
/// Key of an actor: <c>{tenant}_{actorId}</c>, which is also what the seed's links and <c>_abaco_actor_dbid</c> show.
/// A tenant is <c>[A-Za-z0-9.-]{1,64}</c> and ids hold letters and digits only, so keys are parsed from the right.
/// </summary>
/// <param name="Tenant">The tenant that owns the actor.</param>
/// <param name="ActorId">The actor's hash id.</param>
[GenerateSerializer, Immutable, Alias("abaco.ActorKey")]
public readonly record struct ActorKey([property: Id(0)] string Tenant, [property: Id(1)] string ActorId)
{
    /// <summary>Reads a key written by <see cref="ToString"/>.</summary>
    /// <param name="key">The text <c>{tenant}_{actorId}</c>.</param>
    /// <returns>The key.</returns>
    /// <exception cref="FormatException">There is no underscore, or nothing before or after the last one.</exception>
    public static ActorKey Parse(string key)
    {
        var cut = key.LastIndexOf('_');
        return cut > 0 && cut < key.Length - 1
            ? new ActorKey(key[..cut], key[(cut + 1)..])
            : throw new FormatException($"'{key}' is not an actor key of the form tenant_actorId.");
    }

    /// <summary>Reads what a user may name an actor by besides an alias: its id, or <c>{tenant}_{id}</c> of the user's own tenant.</summary>
    /// <param name="tenant">The user's tenant.</param>
    /// <param name="text">Any text.</param>
    /// <returns>The key; null when it is neither, so that it may be an alias.</returns>
    public static ActorKey? TryRead(string tenant, string text)
    {
        var cut = text.LastIndexOf('_');
        var id = text[(cut + 1)..];
        return (cut < 0 || text[..cut] == tenant) && HashIds.LooksLikeId(id) ? new ActorKey(tenant, id) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}_{ActorId}";
}

/// <summary>
/// Key of an alias: <c>{tenant}_{name}</c>. A name may hold underscores and dots, a tenant no underscore, so this key is parsed from the left.
/// </summary>
/// <param name="Tenant">The tenant within which the name is unique.</param>
/// <param name="Name">The alias.</param>
[GenerateSerializer, Immutable, Alias("abaco.AliasKey")]
public readonly record struct AliasKey([property: Id(0)] string Tenant, [property: Id(1)] string Name)
{
    /// <summary>Reads a key written by <see cref="ToString"/>.</summary>
    /// <param name="key">The text <c>{tenant}_{name}</c>.</param>
    /// <returns>The key.</returns>
    /// <exception cref="FormatException">There is no underscore, or nothing before or after the first one.</exception>
    public static AliasKey Parse(string key)
    {
        var cut = key.IndexOf('_');
        return cut > 0 && cut < key.Length - 1
            ? new AliasKey(key[..cut], key[(cut + 1)..])
            : throw new FormatException($"'{key}' is not an alias key of the form tenant_name.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}_{Name}";
}

/// <summary>Key of an execution: <c>{tenant}_{actorId}_{executionId}</c>.</summary>
/// <param name="Actor">The actor whose message this is.</param>
/// <param name="ExecutionId">The execution's hash id.</param>
[GenerateSerializer, Immutable, Alias("abaco.ExecutionKey")]
public readonly record struct ExecutionKey([property: Id(0)] ActorKey Actor, [property: Id(1)] string ExecutionId)
{
    /// <summary>Reads a key written by <see cref="ToString"/>.</summary>
    /// <param name="key">The text <c>{tenant}_{actorId}_{executionId}</c>.</param>
    /// <returns>The key.</returns>
    /// <exception cref="FormatException">The text has fewer than three parts.</exception>
    public static ExecutionKey Parse(string key)
    {
        var cut = key.LastIndexOf('_');
        return cut > 0 && cut < key.Length - 1
            ? new ExecutionKey(ActorKey.Parse(key[..cut]), key[(cut + 1)..])
            : throw new FormatException($"'{key}' is not an execution key of the form tenant_actorId_executionId.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Actor}_{ExecutionId}";
}
