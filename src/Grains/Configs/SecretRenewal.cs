using System.Text.Json;
using Abaco.Store;
using Microsoft.Extensions.Logging;

namespace Abaco.Configs;

/// <summary>
/// At a silo's start, encrypts anew each secret that is not under the current key, so that a rotation ends by itself. What fails is said in the log and tried
/// at the next start; the secret stays as it was.
/// </summary>
internal sealed class SecretRenewal(IGrainStateStore states, SecretKeys keys, IGrainFactory grains, ILogger<SecretRenewal> log) : IStartupTask
{
    /// <inheritdoc/>
    public async Task Execute(CancellationToken cancellationToken)
    {
        foreach (var row in await states.ListSecretsAsync())
        {
            try
            {
                var secret = JsonSerializer.Deserialize<ConfigState>(row.StateJson, GrainStateJson.Options)!.Secret!;
                if (secret.KeyId != keys.CurrentKey)
                    await grains.GetGrain<IConfigGrain>(row.Key).RenewAsync();
            }
            catch (Exception exception)
            {
                log.NotRenewed(exception.Message);
            }
        }
    }
}

/// <summary>Log lines of secrets.</summary>
internal static partial class SecretsLog
{
    [LoggerMessage(301, LogLevel.Error, "A secret was not encrypted under the current key: {Reason}")]
    public static partial void NotRenewed(this ILogger log, string reason);
}
