using Abaco.Access;
using Orleans.Concurrency;

namespace Abaco.Aliases;

/// <summary>
/// One alias, key <see cref="AliasKey"/>: a name, unique in its tenant, that stands for an actor and outlives it until re-pointed or deleted. Methods refuse
/// with <see cref="AbacoException"/>; an unknown alias is <see cref="RefusalKind.NotFound"/>.
/// </summary>
[Alias("abaco.IAliasGrain")]
public interface IAliasGrain : IPermissioned
{
    /// <summary>Creates the alias; needs UPDATE on the actor.</summary>
    /// <param name="caller">Becomes the owner.</param>
    /// <param name="actor">What it stands for.</param>
    /// <returns>The alias.</returns>
    [Alias("Create")]
    Task<AliasSnapshot> CreateAsync(Caller caller, ActorKey actor);

    /// <summary>Returns the alias; needs READ.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>The alias.</returns>
    [Alias("Get")]
    [AlwaysInterleave]
    Task<AliasSnapshot> GetAsync(Caller caller);

    /// <summary>Points the alias to another actor; needs UPDATE on both.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="actor">What it stands for from now on.</param>
    /// <returns>The alias as it is now.</returns>
    [Alias("Update")]
    Task<AliasSnapshot> UpdateAsync(Caller caller, ActorKey actor);

    /// <summary>Deletes the alias with its nonces and permissions; needs UPDATE.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>When it is gone.</returns>
    [Alias("Delete")]
    Task DeleteAsync(Caller caller);

    /// <summary>Says what the alias stands for. Needs no permission: whoever asks needs one on the actor itself.</summary>
    /// <returns>The actor, which may be gone; null when there is no such alias.</returns>
    [Alias("Resolve")]
    [AlwaysInterleave]
    Task<ActorKey?> ResolveAsync();
}

/// <summary>One alias.</summary>
/// <param name="Key">Tenant and name.</param>
/// <param name="ActorId">The actor it stands for.</param>
/// <param name="Owner">Who created it.</param>
[GenerateSerializer, Immutable, Alias("abaco.AliasSnapshot")]
public sealed record AliasSnapshot([property: Id(0)] AliasKey Key, [property: Id(1)] string ActorId, [property: Id(2)] string Owner);
