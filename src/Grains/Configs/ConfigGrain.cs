using Abaco.Access;
using Abaco.Aliases;
using Abaco.Store;

namespace Abaco.Configs;

/// <summary>
/// One config or secret, key <c>{tenant}_{name}</c>, parsed from the left. Durable: all of it, in grain storage, by one write per change; a crash loses
/// nothing. A secret is sealed before it enters the state, so neither memory nor the database holds it in clear after the call that brought it.
/// </summary>
[GrainType("config")]
internal sealed class ConfigGrain([PersistentState("config")] IPersistentState<ConfigState> storage, IActorStore actors, SecretKeys keys)
    : Grain, IConfigGrain
{
    private const string Refusal = "You do not have sufficient access to this actor config.";

    private ConfigKey Key => ConfigKey.Parse(this.GetPrimaryKeyString());

    public async Task<ConfigSnapshot> CreateAsync(Caller caller, ConfigRequest request)
    {
        MustBeOfTenant(caller);
        ConfigRules.CheckName(Key);
        var next = await FillAsync(new ConfigState { Owner = caller.User, Permissions = PermissionTable.OwnedBy(caller.User) }, request);
        if (storage.RecordExists)
            throw AbacoException.Invalid($"Config {Key.Name} already exists.");
        await storage.ReplaceAsync(next);
        return Snapshot();
    }

    public Task<ConfigSnapshot> GetAsync(Caller caller)
    {
        Demand(caller, PermissionLevel.Read);
        return Task.FromResult(Snapshot());
    }

    public async Task<ConfigSnapshot> UpdateAsync(Caller caller, ConfigRequest request)
    {
        Demand(caller, PermissionLevel.Update);
        await storage.ReplaceAsync(await FillAsync(storage.State, request));
        return Snapshot();
    }

    public async Task DeleteAsync(Caller caller)
    {
        Demand(caller, PermissionLevel.Update);
        await storage.ClearStateAsync();
        DeactivateOnIdle();
    }

    public Task RenewAsync() => storage.RecordExists && storage.State.Secret is { } secret && secret.KeyId != keys.CurrentKey
        ? storage.ReplaceAsync(storage.State with { Secret = keys.Seal(Key.ToString(), keys.Open(Key.ToString(), secret)) })
        : Task.CompletedTask;

    public Task<IReadOnlyDictionary<string, PermissionLevel>> GetPermissionsAsync(Caller caller)
    {
        Demand(caller, PermissionLevel.Read);
        return Task.FromResult(storage.State.Permissions.Snapshot());
    }

    public async Task<IReadOnlyDictionary<string, PermissionLevel>> SetPermissionAsync(Caller caller, string user, PermissionLevel level)
    {
        Demand(caller, PermissionLevel.Update);
        await storage.ReplaceAsync(storage.State with { Permissions = storage.State.Permissions.With(user, level) });
        return storage.State.Permissions.Snapshot();
    }

    public Task<PermissionLevel> GetLevelAsync(Caller caller)
    {
        MustExist(caller);
        return Task.FromResult(storage.State.Permissions.LevelOf(caller));
    }

    private async Task<ConfigState> FillAsync(ConfigState state, ConfigRequest request)
    {
        ConfigRules.CheckValue(request.ValueJson);
        var targets = ConfigRules.Targets(Key.Tenant, request.Actors);
        foreach (var target in targets)
            await MustBeActorAsync(target);
        return state with
        {
            Actors = request.Actors,
            Targets = targets,
            ValueJson = request.IsSecret ? null : request.ValueJson,
            Secret = request.IsSecret ? keys.Seal(Key.ToString(), request.ValueJson) : null,
        };
    }

    /// <summary>Any existing actor of the tenant; whether its executions get the value is decided when they start.</summary>
    private async Task MustBeActorAsync(string target)
    {
        var actor = ActorKey.TryRead(Key.Tenant, target)
            ?? await GrainFactory.GetGrain<IAliasGrain>(new AliasKey(Key.Tenant, target).ToString()).ResolveAsync();
        if (actor is null || await actors.GetAsync(actor.Value.ToString()) is not { Phase: ActorPhase.Live })
            throw AbacoException.NotFound($"No actor or alias found with id: {target}.");
    }

    private void Demand(Caller caller, PermissionLevel level)
    {
        MustExist(caller);
        storage.State.Permissions.Demand(caller, level, Refusal);
    }

    private void MustExist(Caller caller)
    {
        MustBeOfTenant(caller);
        if (storage.RecordExists)
            return;
        DeactivateOnIdle();
        throw NotFound();
    }

    private void MustBeOfTenant(Caller caller)
    {
        if (caller.Tenant != Key.Tenant)
            throw NotFound();
    }

    private AbacoException NotFound() => AbacoException.NotFound($"No config found: {Key.Name}.");

    private ConfigSnapshot Snapshot() => storage.State.Snapshot(Key);
}
