namespace Abaco.Messages;

/// <summary>
/// Takes the bodies of binary messages in chunks; a stateless worker, key 0. Each chunk is durable when its call returns; an upload that no message names is
/// swept after an hour.
/// </summary>
[Alias("abaco.IBodyGrain")]
public interface IBodyGrain : IGrainWithIntegerKey
{
    /// <summary>Largest chunk in bytes (256 KiB).</summary>
    public const int ChunkBytes = 256 * 1024;

    /// <summary>Stores one chunk. Repeating a call with the same upload and index stores it once.</summary>
    /// <param name="uploadId">Chosen by the sender: 32 lower-case hex digits of a random 128-bit number.</param>
    /// <param name="index">0 for the first chunk.</param>
    /// <param name="bytes">At most <see cref="ChunkBytes"/>.</param>
    /// <returns>When the chunk is durable.</returns>
    [Alias("Append")]
    Task AppendAsync(string uploadId, int index, ReadOnlyMemory<byte> bytes);

    /// <summary>Drops an upload whose sender went away.</summary>
    /// <param name="uploadId">The upload.</param>
    /// <returns>When it is gone.</returns>
    [Alias("Discard")]
    Task DiscardAsync(string uploadId);
}
