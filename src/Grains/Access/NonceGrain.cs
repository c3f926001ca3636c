using Abaco.Store;

namespace Abaco.Access;

/// <summary>
/// One nonce, key <c>{tenant}_{secret}</c>. Durable: all of it, in grain storage, by one write per use; uses count one after the other, since turns do not
/// interleave. A crash between write and answer loses a use, never gives one too many.
/// </summary>
[GrainType("nonce")]
internal sealed class NonceGrain([PersistentState(NonceGrain.StateName)] IPersistentState<NonceState> storage, TimeProvider time)
    : Grain, INonceGrain, IOwnedNonce
{
    /// <summary>The name under which grain storage keeps nonces.</summary>
    public const string StateName = "nonce";

    private string Id => this.GetPrimaryKeyString();

    private NonceState? Current => storage.RecordExists ? storage.State : null;

    public async Task<NonceSnapshot> CreateAsync(Caller caller, NonceTarget target, NonceRequest request)
    {
        var access = await NonceTargets.DemandAsync(GrainFactory, caller, target, PermissionLevel.Update);
        var next = NonceRules.Create(caller, target, request, time.GetUtcNow());
        if (storage.RecordExists)
            throw new AbacoException(RefusalKind.Conflict, "A nonce of this id exists.");
        await storage.ReplaceAsync(next);
        await MustHaveOutlivedAsync(caller, target);
        return NonceRules.Show(Id, target, access.ActorId, next);
    }

    public async Task<NonceSnapshot> GetAsync(Caller caller, NonceTarget target)
    {
        var access = await NonceTargets.DemandAsync(GrainFactory, caller, target, PermissionLevel.Read);
        return NonceRules.Show(Id, target, access.ActorId, Visible(target, access));
    }

    public async Task DeleteAsync(Caller caller, NonceTarget target)
    {
        Visible(target, await NonceTargets.DemandAsync(GrainFactory, caller, target, PermissionLevel.Update));
        await ForgetAsync();
    }

    public Task<NonceOwner> IdentifyAsync(NonceTarget target, PermissionLevel needed)
    {
        var nonce = CheckUse(target, needed);
        return Task.FromResult(new NonceOwner(nonce.Owner, nonce.Roles, nonce.Level));
    }

    public async Task RedeemAsync(NonceTarget target, PermissionLevel needed)
    {
        var nonce = CheckUse(target, needed);
        await storage.ReplaceAsync(NonceRules.Used(nonce, time.GetUtcNow()));
    }

    public Task RevokeAsync() => storage.RecordExists ? ForgetAsync() : Task.CompletedTask;

    /// <summary>
    /// A deletion of the target first marks it, then removes the nonces that it finds; this nonce was written first, then looks: one of the two sees the other.
    /// </summary>
    private async Task MustHaveOutlivedAsync(Caller caller, NonceTarget target)
    {
        try
        {
            await NonceTargets.DemandAsync(GrainFactory, caller, target, PermissionLevel.None);
        }
        catch (AbacoException)
        {
            await ForgetAsync();
            throw;
        }
    }

    private NonceState CheckUse(NonceTarget target, PermissionLevel needed)
    {
        // Anybody may try any id; nothing is to stay in memory for those that do not exist.
        if (!storage.RecordExists)
            DeactivateOnIdle();
        return NonceRules.CheckUse(Current, target, needed);
    }

    private NonceState Visible(NonceTarget target, NonceAccess access) =>
        Current is { } nonce && nonce.Target == target.ToString() && nonce.Level <= access.Level
            ? nonce
            : throw AbacoException.NotFound("Nonce does not exist.");

    private async Task ForgetAsync()
    {
        await storage.ClearStateAsync();
        DeactivateOnIdle();
    }
}
