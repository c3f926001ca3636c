namespace Abaco.Access;

/// <summary>
/// One nonce, key its id: <c>{tenant}_{secret}</c> with 126 random bits, chosen by whoever creates it (<see cref="NonceKey.New"/>). Who knows the id acts as
/// the nonce's owner, at most at the nonce's level, on what the nonce was made for. Methods refuse with <see cref="AbacoException"/>.
/// </summary>
[Alias("abaco.INonceGrain")]
public interface INonceGrain : IGrainWithStringKey
{
    /// <summary>Creates the nonce; needs UPDATE on the target.</summary>
    /// <param name="caller">Becomes the owner; its roles are kept.</param>
    /// <param name="target">What it opens.</param>
    /// <param name="request">Level, uses, description.</param>
    /// <returns>The nonce.</returns>
    [Alias("Create")]
    Task<NonceSnapshot> CreateAsync(Caller caller, NonceTarget target, NonceRequest request);

    /// <summary>Returns the nonce; needs READ on the target, and a level that is not below the nonce's: above it, it is NotFound.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="target">What the caller believes it opens; anything else is NotFound.</param>
    /// <returns>The nonce.</returns>
    [Alias("Get")]
    Task<NonceSnapshot> GetAsync(Caller caller, NonceTarget target);

    /// <summary>Deletes the nonce; needs UPDATE on the target.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="target">What the caller believes it opens; anything else is NotFound.</param>
    /// <returns>When it is gone.</returns>
    [Alias("Delete")]
    Task DeleteAsync(Caller caller, NonceTarget target);

    /// <summary>Says who a request with this nonce is, without counting a use. Refuses, as Invalid, what <see cref="RedeemAsync"/> would refuse.</summary>
    /// <param name="target">What the request is about.</param>
    /// <param name="needed">The level that the request needs.</param>
    /// <returns>The owner.</returns>
    [Alias("Identify")]
    Task<NonceOwner> IdentifyAsync(NonceTarget target, PermissionLevel needed);

    /// <summary>Counts one use, durably, before it answers; refuses as Invalid when there is none left, so that no more than its uses ever succeed.</summary>
    /// <param name="target">What the request is about.</param>
    /// <param name="needed">The level that the request needs.</param>
    /// <returns>When the use is durable.</returns>
    [Alias("Redeem")]
    Task RedeemAsync(NonceTarget target, PermissionLevel needed);
}

/// <summary>Key of a nonce: <c>{tenant}_{secret}</c>, which is also its id.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Secret">ASCII letters and digits, 126 random bits.</param>
public readonly record struct NonceKey(string Tenant, string Secret)
{
    private const int Longest = 128;

    /// <summary>Makes a new random key.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>The key.</returns>
    public static NonceKey New(string tenant) => new(tenant, HashIds.NewSecret());

    /// <summary>Reads a nonce's id.</summary>
    /// <param name="id">Any text.</param>
    /// <returns>Null when it cannot be a nonce's id.</returns>
    public static NonceKey? TryRead(string id)
    {
        var cut = id.LastIndexOf('_');
        return cut > 0 && cut < id.Length - 1 && id.Length <= Longest && id[(cut + 1)..].All(char.IsAsciiLetterOrDigit)
            ? new NonceKey(id[..cut], id[(cut + 1)..])
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}_{Secret}";
}

/// <summary>What a nonce opens: an actor under its id, or an alias under its name; never the one through the other.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="ActorId">The actor's id, or null.</param>
/// <param name="Alias">The alias, or null.</param>
[GenerateSerializer, Immutable, Alias("abaco.NonceTarget")]
public readonly record struct NonceTarget(
    [property: Id(0)] string Tenant, [property: Id(1)] string? ActorId, [property: Id(2)] string? Alias)
{
    /// <summary>An actor.</summary>
    /// <param name="actor">The actor.</param>
    /// <returns>The target.</returns>
    public static NonceTarget Of(ActorKey actor) => new(actor.Tenant, actor.ActorId, null);

    /// <summary>An alias.</summary>
    /// <param name="alias">The alias.</param>
    /// <returns>The target.</returns>
    public static NonceTarget Of(AliasKey alias) => new(alias.Tenant, null, alias.Name);

    /// <summary>The target as it is kept and looked up: <c>actor:</c> or <c>alias:</c> and the key.</summary>
    /// <returns>One text per target.</returns>
    public override string ToString() => ActorId is not null ? $"actor:{new ActorKey(Tenant, ActorId)}" : $"alias:{new AliasKey(Tenant, Alias!)}";
}

/// <summary>The parameters of a new nonce; <see langword="null"/> means absent.</summary>
/// <param name="Level">Default EXECUTE; NONE is valid; an alias's nonce cannot have UPDATE.</param>
/// <param name="MaxUses">-1 (default) for any number of uses, else at least 1.</param>
/// <param name="Description">At most 1,024 characters.</param>
[GenerateSerializer, Immutable, Alias("abaco.NonceRequest")]
public sealed record NonceRequest(
    [property: Id(0)] PermissionLevel? Level, [property: Id(1)] int? MaxUses, [property: Id(2)] string? Description);

/// <summary>Whom a nonce speaks for.</summary>
/// <param name="User">Its owner.</param>
/// <param name="Roles">The owner's roles when it was created.</param>
/// <param name="Level">The most that a request with it may do.</param>
[GenerateSerializer, Immutable, Alias("abaco.NonceOwner")]
public sealed record NonceOwner(
    [property: Id(0)] string User, [property: Id(1)] IReadOnlyList<string> Roles, [property: Id(2)] PermissionLevel Level);

/// <summary>One nonce.</summary>
[GenerateSerializer, Immutable, Alias("abaco.NonceSnapshot")]
public sealed record NonceSnapshot
{
    /// <summary>Its id: whoever knows it can use it.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>What it opens.</summary>
    [Id(1)] public required NonceTarget Target { get; init; }

    /// <summary>The actor that it opens now; an alias's nonce follows the alias.</summary>
    [Id(2)] public required string ActorId { get; init; }

    /// <summary>Who created it.</summary>
    [Id(3)] public required string Owner { get; init; }

    /// <summary>The owner's roles when it was created.</summary>
    [Id(4)] public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>The most that a request with it may do.</summary>
    [Id(5)] public required PermissionLevel Level { get; init; }

    /// <summary>How often it may be used, -1 for any number.</summary>
    [Id(6)] public required int MaxUses { get; init; }

    /// <summary>How often it was used.</summary>
    [Id(7)] public required int Uses { get; init; }

    /// <summary>Free text, or null.</summary>
    [Id(8)] public string? Description { get; init; }

    /// <summary>When it was created.</summary>
    [Id(9)] public required DateTimeOffset CreateTime { get; init; }

    /// <summary>When it was last used, or null.</summary>
    [Id(10)] public DateTimeOffset? LastUseTime { get; init; }

    /// <summary>How often it may still be used, -1 for any number.</summary>
    public int RemainingUses => MaxUses < 0 ? -1 : MaxUses - Uses;
}
