using Abaco.Access;
using Abaco.Actors;
using Abaco.Store;

namespace Abaco.Aliases;

/// <summary>
/// One alias, key <c>{tenant}_{name}</c>, parsed from the left. Durable: all of it, in grain storage, by one write per change. There is one
/// activation of a key, which makes the name unique. A deletion marks the alias, removes its nonces, then clears it; one that a crash cut off is finished by
/// whoever takes the name next.
/// </summary>
[GrainType("alias")]
internal sealed class AliasGrain([PersistentState("alias")] IPersistentState<AliasState> storage, OwnedNonces nonces)
    : Grain, IAliasGrain
{
    private const string Refusal = "Not authorized -- you do not have access to this alias.";
    private const string TargetRefusal =
        "Not authorized -- you do not have UPDATE access to the actor you want to associate with this alias.";

    private bool Exists => storage.RecordExists && !storage.State.Deleting;

    private AliasKey Key => AliasKey.Parse(this.GetPrimaryKeyString());

    public async Task<AliasSnapshot> CreateAsync(Caller caller, ActorKey actor)
    {
        MustBeOfTenant(caller);
        AliasRules.CheckName(Key);
        await GrainFactory.GetGrain<IActorGrain>(actor.ToString()).AuthorizeAsync(caller, PermissionLevel.Update);
        if (Exists)
            throw AbacoException.Invalid($"Alias {Key.Name} already exists.");
        await FinishDeletionAsync();
        await storage.ReplaceAsync(
            new AliasState { ActorId = actor.ActorId, Owner = caller.User, Permissions = PermissionTable.OwnedBy(caller.User) });
        return Snapshot();
    }

    public Task<AliasSnapshot> GetAsync(Caller caller)
    {
        Demand(caller, PermissionLevel.Read);
        return Task.FromResult(Snapshot());
    }

    public async Task<AliasSnapshot> UpdateAsync(Caller caller, ActorKey actor)
    {
        Demand(caller, PermissionLevel.Update);
        if (await GrainFactory.GetGrain<IActorGrain>(actor.ToString()).GetLevelAsync(caller) < PermissionLevel.Update)
            throw new AbacoException(RefusalKind.NotAuthorized, TargetRefusal);
        await storage.ReplaceAsync(storage.State with { ActorId = actor.ActorId });
        return Snapshot();
    }

    public async Task DeleteAsync(Caller caller)
    {
        Demand(caller, PermissionLevel.Update);
        await storage.ReplaceAsync(new AliasState { Deleting = true });
        await FinishDeletionAsync();
        DeactivateOnIdle();
    }

    public Task<ActorKey?> ResolveAsync()
    {
        if (Exists)
            return Task.FromResult<ActorKey?>(new ActorKey(Key.Tenant, storage.State.ActorId));

        // Anybody may ask for any name; nothing is to stay in memory for those that do not exist.
        DeactivateOnIdle();
        return Task.FromResult<ActorKey?>(null);
    }

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

    private async Task FinishDeletionAsync()
    {
        if (!storage.State.Deleting)
            return;
        while (!await nonces.RemoveBatchAsync(NonceTarget.Of(Key)))
        {
            // The next batch.
        }

        await storage.ClearStateAsync();
    }

    private void Demand(Caller caller, PermissionLevel level)
    {
        MustExist(caller);
        storage.State.Permissions.Demand(caller, level, Refusal);
    }

    private void MustExist(Caller caller)
    {
        MustBeOfTenant(caller);
        if (Exists)
            return;
        DeactivateOnIdle();
        throw AbacoException.NotFound($"No alias found: {Key.Name}.");
    }

    private void MustBeOfTenant(Caller caller)
    {
        if (caller.Tenant != Key.Tenant)
            throw AbacoException.NotFound($"No alias found: {Key.Name}.");
    }

    private AliasSnapshot Snapshot() => new(Key, storage.State.ActorId, storage.State.Owner);
}
