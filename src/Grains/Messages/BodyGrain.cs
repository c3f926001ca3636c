using Abaco.Store;
using Orleans.Concurrency;

namespace Abaco.Messages;

/// <summary>Takes chunks of binary bodies wherever the request came in. Each chunk is its own short transaction; a crash leaves an unreferenced upload.</summary>
[StatelessWorker]
internal sealed class BodyGrain(IBodyStore bodies, TimeProvider time) : Grain, IBodyGrain
{
    public Task AppendAsync(string uploadId, int index, ReadOnlyMemory<byte> bytes)
    {
        if (uploadId.Length != 32 || uploadId.AsSpan().ContainsAnyExcept("0123456789abcdef"))
            throw AbacoException.Invalid("upload: the id must be 32 lower-case hex digits.");
        if (index < 0 || bytes.Length is 0 or > IBodyGrain.ChunkBytes)
            throw AbacoException.Invalid($"upload: a chunk holds 1 to {IBodyGrain.ChunkBytes} bytes and its index is not negative.");
        return bodies.AppendAsync(uploadId, index, bytes, time.GetUtcNow());
    }

    public Task DiscardAsync(string uploadId) => bodies.DiscardAsync(uploadId);
}
