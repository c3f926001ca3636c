using System.Text.Json;
using Abaco.Store;

namespace Abaco.Configs;

/// <summary>Reads the values that an execution gets, where and when it starts. They pass through no grain call.</summary>
internal sealed class ActorConfigs(IGrainStateStore states, SecretKeys keys)
{
    /// <summary>The values of all configs that name the actor, by its id or an alias, and whose creator holds UPDATE on it now.</summary>
    /// <param name="actor">The actor.</param>
    /// <returns>JSON text of one object; <c>{}</c> when there are none.</returns>
    /// <exception cref="SecretUnreadableException">One is a secret that cannot be opened.</exception>
    public async Task<string> ReadAsync(ActorKey actor)
    {
        var values = new Dictionary<string, string>();
        foreach (var row in await states.ListConfigsAsync(actor))
        {
            var state = JsonSerializer.Deserialize<ConfigState>(row.StateJson, GrainStateJson.Options)!;
            values[ConfigKey.Parse(row.Key).Name] = state.Secret is { } secret ? keys.Open(row.Key, secret) : state.ValueJson!;
        }

        return ConfigRules.Combine(values);
    }
}
