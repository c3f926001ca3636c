using Abaco.Store;

namespace Abaco.Access;

/// <summary>A nonce as its target sees it, same key as <see cref="INonceGrain"/>.</summary>
[Alias("abaco.IOwnedNonce")]
internal interface IOwnedNonce : IGrainWithStringKey
{
    /// <summary>Removes the nonce because its target is deleted; none is success.</summary>
    /// <returns>When it is gone.</returns>
    [Alias("Revoke")]
    Task RevokeAsync();
}

/// <summary>Finds and removes the nonces of a target.</summary>
internal sealed class OwnedNonces(IGrainStateStore states, IGrainFactory grains)
{
    private const int Batch = 100;

    /// <summary>Removes a batch of the nonces of a target that is marked deleted.</summary>
    /// <returns>True when none is left.</returns>
    public async Task<bool> RemoveBatchAsync(NonceTarget target)
    {
        var rows = await states.ListNoncesAsync(target.ToString(), Batch);
        await Task.WhenAll(rows.Select(row => grains.GetGrain<IOwnedNonce>(row.Key).RevokeAsync()));
        return rows.Count < Batch;
    }
}
