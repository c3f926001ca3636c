using Abaco.Actors;
using Abaco.Aliases;

namespace Abaco.Access;

/// <summary>What a caller may do with the nonces of a target.</summary>
/// <param name="Level">The level held on the target; for an alias the lower of those on it and on its actor.</param>
/// <param name="ActorId">The actor behind the target.</param>
internal readonly record struct NonceAccess(PermissionLevel Level, string ActorId);

/// <summary>Asks the targets of nonces.</summary>
internal static class NonceTargets
{
    /// <summary>The caller's access.</summary>
    /// <exception cref="AbacoException">NotFound: the target or its actor; NotAuthorized: less than the level is held.</exception>
    public static async Task<NonceAccess> DemandAsync(IGrainFactory grains, Caller caller, NonceTarget target, PermissionLevel needed)
    {
        if (caller.Tenant != target.Tenant)
            throw AbacoException.NotFound("Nonce does not exist.");
        var access = target.Alias is { } name
            ? await OfAliasAsync(grains, caller, new AliasKey(target.Tenant, name))
            : await OfActorAsync(grains, caller, new ActorKey(target.Tenant, target.ActorId!));
        if (access.Level >= needed)
            return access;
        var what = target.Alias is null ? "actor" : "alias and actor";
        throw new AbacoException(RefusalKind.NotAuthorized, $"Not authorized -- you do not have access to this {what}.");
    }

    private static async Task<NonceAccess> OfActorAsync(IGrainFactory grains, Caller caller, ActorKey key) =>
        new(await grains.GetGrain<IActorGrain>(key.ToString()).GetLevelAsync(caller), key.ActorId);

    private static async Task<NonceAccess> OfAliasAsync(IGrainFactory grains, Caller caller, AliasKey key)
    {
        var alias = grains.GetGrain<IAliasGrain>(key.ToString());
        var level = await alias.GetLevelAsync(caller);
        var actor = await alias.ResolveAsync() ?? throw AbacoException.NotFound($"No alias found: {key.Name}.");
        var behind = await OfActorAsync(grains, caller, actor);
        return behind.Level < level ? behind : behind with { Level = level };
    }
}
