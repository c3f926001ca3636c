using System.Buffers;
using System.Security.Cryptography;
using Abaco.Api.Http;
using Abaco.Messages;

namespace Abaco.Api.Messages;

/// <summary>A binary body in the cluster. It is streamed there: chunks of 256 KiB, two calls in flight, so that no process holds a whole body.</summary>
/// <param name="Id">The upload's id.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Digest">SHA-256 of its bytes in hex, or null when nobody needs it.</param>
internal sealed record Upload(string Id, long Bytes, string? Digest)
{
    /// <summary>Streams the body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="bodies">Where it goes.</param>
    /// <param name="limit">Its largest size in bytes.</param>
    /// <param name="digest">Whether to compute the digest.</param>
    /// <exception cref="AbacoException">TooLarge, before anything is read.</exception>
    public static async Task<Upload> ReadAsync(HttpContext context, IBodyGrain bodies, long limit, bool digest)
    {
        if (context.Request.ContentLength is not { } length)
            throw new BadHttpRequestException("A binary message needs the Content-Length header.", StatusCodes.Status411LengthRequired);
        if (length > limit)
            throw BodyReader.TooLarge(limit);
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        try
        {
            using var hash = digest ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
            await SendAsync(context, bodies, id, hash);
            return new Upload(id, length, hash is null ? null : Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch
        {
            await DiscardAsync(bodies, id);
            throw;
        }
    }

    /// <summary>Drops an upload that no message names; if that fails, the sweep drops it within the hour.</summary>
    public static Task DiscardAsync(IBodyGrain bodies, string id) =>
        Swallow(bodies.DiscardAsync(id));

    private static async Task SendAsync(HttpContext context, IBodyGrain bodies, string id, IncrementalHash? hash)
    {
        var reader = context.Request.BodyReader;
        Task before = Task.CompletedTask, last = Task.CompletedTask;
        for (var index = 0; ; index++)
        {
            var read = await reader.ReadAtLeastAsync(IBodyGrain.ChunkBytes, context.RequestAborted);
            var size = Math.Min(IBodyGrain.ChunkBytes, read.Buffer.Length);
            if (size == 0)
            {
                reader.AdvanceTo(read.Buffer.End);
                break;
            }

            var chunk = read.Buffer.Slice(0, size).ToArray();
            reader.AdvanceTo(read.Buffer.GetPosition(size));
            hash?.AppendData(chunk);
            await before;
            (before, last) = (last, bodies.AppendAsync(id, index, chunk));
        }

        await before;
        await last;
    }

    private static async Task Swallow(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
