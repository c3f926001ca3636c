namespace Abaco.Store;

/// <summary>How grains write their state: memory changes only when the write succeeded.</summary>
internal static class StateWrites
{
    /// <summary>Writes the next state, or keeps the one before.</summary>
    /// <typeparam name="T">The state.</typeparam>
    /// <param name="storage">Where it is kept.</param>
    /// <param name="next">The next state; nothing of the current one may have been changed in place.</param>
    /// <returns>When durable.</returns>
    public static async Task ReplaceAsync<T>(this IPersistentState<T> storage, T next)
    {
        var before = storage.State;
        storage.State = next;
        try
        {
            await storage.WriteStateAsync();
        }
        catch
        {
            storage.State = before;
            throw;
        }
    }
}
