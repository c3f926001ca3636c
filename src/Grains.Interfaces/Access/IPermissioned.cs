using Orleans.Concurrency;

namespace Abaco.Access;

/// <summary>A grain whose thing has a permission table: actors, aliases, configs. Refuses with <see cref="AbacoException"/>.</summary>
[Alias("abaco.IPermissioned")]
public interface IPermissioned : IGrainWithStringKey
{
    /// <summary>Returns the table; needs READ.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>Levels by user; <see cref="Caller.World"/> stands for every user of the tenant. NONE keeps a user listed.</returns>
    [Alias("GetPermissions")]
    [AlwaysInterleave]
    Task<IReadOnlyDictionary<string, PermissionLevel>> GetPermissionsAsync(Caller caller);

    /// <summary>Sets one user's level; needs UPDATE.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="user">1 to 128 characters; at most 1,000 users in one table.</param>
    /// <param name="level">The level.</param>
    /// <returns>The table as it is now.</returns>
    [Alias("SetPermission")]
    Task<IReadOnlyDictionary<string, PermissionLevel>> SetPermissionAsync(Caller caller, string user, PermissionLevel level);

    /// <summary>Returns the level that a caller holds, which may be NONE; a thing that does not exist is NotFound.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>The level.</returns>
    [Alias("GetLevel")]
    [AlwaysInterleave]
    Task<PermissionLevel> GetLevelAsync(Caller caller);
}
