using Abaco.Access;
using Abaco.Actors;
using Abaco.Aliases;
using Abaco.Configs;
using Abaco.Search;

namespace Abaco.Catalog;

/// <summary>Registers actors and reads across actors; a stateless worker, key 0.</summary>
[Alias("abaco.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithIntegerKey
{
    /// <summary>Registers an actor under a new id.</summary>
    /// <param name="caller">Becomes the owner.</param>
    /// <param name="request">The parameters.</param>
    /// <returns>The actor, SUBMITTED.</returns>
    [Alias("Register")]
    Task<ActorSnapshot> RegisterAsync(Caller caller, ActorRequest request);

    /// <summary>Lists the actors of the caller's tenant that the caller may explicitly READ.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>Oldest first.</returns>
    [Alias("ListActors")]
    Task<IReadOnlyList<ActorSnapshot>> ListActorsAsync(Caller caller);

    /// <summary>Searches what the caller may explicitly READ; an error names the argument and the rule that it breaks.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">What for and where.</param>
    /// <returns>One page.</returns>
    [Alias("Search")]
    Task<SearchPage> SearchAsync(Caller caller, SearchRequest request);

    /// <summary>Lists the aliases of the caller's tenant that the caller may explicitly READ.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>Sorted by name.</returns>
    [Alias("ListAliases")]
    Task<IReadOnlyList<AliasSnapshot>> ListAliasesAsync(Caller caller);

    /// <summary>Lists the nonces of an actor or alias; needs READ on it. Those above the caller's level are left out.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="target">The actor or alias.</param>
    /// <returns>Oldest first, at most 10,000.</returns>
    [Alias("ListNonces")]
    Task<IReadOnlyList<NonceSnapshot>> ListNoncesAsync(Caller caller, NonceTarget target);

    /// <summary>Lists the configs of the caller's tenant that the caller may explicitly READ.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>Sorted by name, without the values of secrets.</returns>
    [Alias("ListConfigs")]
    Task<IReadOnlyList<ConfigSnapshot>> ListConfigsAsync(Caller caller);

    /// <summary>Says whether the service can take work: its store answers.</summary>
    /// <returns>Null when ready, else what is missing.</returns>
    [Alias("CheckReady")]
    Task<string?> CheckReadyAsync();
}
