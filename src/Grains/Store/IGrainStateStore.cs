namespace Abaco.Store;

/// <summary>Grain state as lists read it.</summary>
/// <param name="Key">The grain's key.</param>
/// <param name="StateJson">Grain state as the grain storage serializer wrote it.</param>
public sealed record GrainStateRow(string Key, string StateJson);

/// <summary>Reads grain state where it lies, without activating a grain. Only grains whose key is <c>{tenant}_…</c> are read here.</summary>
public interface IGrainStateStore
{
    /// <summary>Lists, by index, grains of a type whose <c>Permissions</c> give the user (or ABACO_WORLD) READ or more.</summary>
    /// <param name="type">Name of the grain's persistent state, such as <c>alias</c>.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="user">The user.</param>
    /// <returns>Sorted by key (ordinal).</returns>
    Task<IReadOnlyList<GrainStateRow>> ListReadableAsync(string type, string tenant, string user);

    /// <summary>Lists, by index, the nonces of one target.</summary>
    /// <param name="target">As <see cref="Access.NonceTarget.ToString"/> writes it.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>In no order.</returns>
    Task<IReadOnlyList<GrainStateRow>> ListNoncesAsync(string target, int limit);

    /// <summary>Lists, by index, the configs that name an actor by its id or by an alias of it, and whose creator (or ABACO_WORLD) holds UPDATE on it.</summary>
    /// <param name="actor">The actor.</param>
    /// <returns>Sorted by key (ordinal).</returns>
    Task<IReadOnlyList<GrainStateRow>> ListConfigsAsync(ActorKey actor);

    /// <summary>Lists all configs that are secrets, of all tenants.</summary>
    /// <returns>In no order.</returns>
    Task<IReadOnlyList<GrainStateRow>> ListSecretsAsync();
}
