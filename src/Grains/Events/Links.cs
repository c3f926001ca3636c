using Abaco.Access;
using Abaco.Actors;
using Abaco.Aliases;

namespace Abaco.Events;

/// <summary>What a link names: an actor's id, <c>{tenant}_{id}</c> or an alias, within the tenant.</summary>
internal static class Links
{
    /// <summary>The actor that a link names now, or null when it names none.</summary>
    public static async Task<ActorKey?> ResolveAsync(IGrainFactory grains, string tenant, string link) =>
        ActorKey.TryRead(tenant, link) is { } key ? key
        : link.Length > NameRules.Longest ? null
        : await grains.GetGrain<IAliasGrain>(new AliasKey(tenant, link).ToString()).ResolveAsync();

    /// <summary>The actor that a caller may link to.</summary>
    /// <exception cref="AbacoException">Invalid: there is none. NotAuthorized: the caller may not EXECUTE it.</exception>
    public static async Task<ActorKey> FindAsync(IGrainFactory grains, Caller caller, string link)
    {
        try
        {
            if (await ResolveAsync(grains, caller.Tenant, link) is { } target)
            {
                await grains.GetGrain<IActorGrain>(target.ToString()).AuthorizeAsync(caller, PermissionLevel.Execute);
                return target;
            }
        }
        catch (AbacoException refusal) when (refusal.Kind == RefusalKind.NotAuthorized)
        {
            throw new AbacoException(refusal.Kind, "link: Not authorized -- you do not have EXECUTE access to the linked actor.");
        }
        catch (AbacoException refusal) when (refusal.Kind == RefusalKind.NotFound)
        {
            // Told below, as of one that never was.
        }

        throw AbacoException.Invalid($"link: no actor or alias found with id: {link}.");
    }
}
