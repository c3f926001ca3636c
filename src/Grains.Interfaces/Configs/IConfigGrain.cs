using Abaco.Access;
using Orleans.Concurrency;

namespace Abaco.Configs;

/// <summary>
/// One config or secret, key <see cref="ConfigKey"/>; unique by its key. Its permissions are those of <see cref="IPermissioned"/>. Every method refuses with
/// <see cref="AbacoException"/>; a config that does not exist is <see cref="RefusalKind.NotFound"/>.
/// </summary>
[Alias("abaco.IConfigGrain")]
public interface IConfigGrain : IPermissioned
{
    /// <summary>Creates it; the caller gets UPDATE.</summary>
    /// <param name="caller">Becomes the owner; its executions' actors get the value only while it holds UPDATE on them.</param>
    /// <param name="request">The parameters.</param>
    /// <returns>The config.</returns>
    [Alias("Create")]
    Task<ConfigSnapshot> CreateAsync(Caller caller, ConfigRequest request);

    /// <summary>Returns it; needs READ.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>The config, without the value of a secret.</returns>
    [Alias("Get"), AlwaysInterleave]
    Task<ConfigSnapshot> GetAsync(Caller caller);

    /// <summary>Replaces value, secrecy and actors; needs UPDATE.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">The parameters.</param>
    /// <returns>The config as it is now.</returns>
    [Alias("Update")]
    Task<ConfigSnapshot> UpdateAsync(Caller caller, ConfigRequest request);

    /// <summary>Removes it; needs UPDATE.</summary>
    /// <param name="caller">Who asks.</param>
    /// <returns>When durable.</returns>
    [Alias("Delete")]
    Task DeleteAsync(Caller caller);

    /// <summary>Encrypts a secret anew when it is not under the current key; called at a silo's start.</summary>
    /// <returns>When durable.</returns>
    [Alias("Renew")]
    Task RenewAsync();
}
