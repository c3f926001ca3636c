using Abaco.Access;
using Abaco.Actors;

namespace Abaco.Events;

/// <summary>What a link names: an actor's id or <c>{tenant}_{id}</c>, within the tenant.</summary>
internal static class Links
{
    /// <summary>The actor that a link names now, or null when it names none.</summary>
    public static ActorKey? Resolve(string tenant, string link)
    {
        var cut = link.LastIndexOf('_');
        var id = link[(cut + 1)..];
        return (cut < 0 || link[..cut] == tenant) && HashIds.LooksLikeId(id) ? new ActorKey(tenant, id) : null;
    }

    /// <summary>The actor that a caller may link to.</summary>
    /// <exception cref="AbacoException">Invalid: there is none. NotAuthorized: the caller may not EXECUTE it.</exception>
    public static async Task<ActorKey> FindAsync(IGrainFactory grains, Caller caller, string link)
    {
        try
        {
            if (Resolve(caller.Tenant, link) is { } target)
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
