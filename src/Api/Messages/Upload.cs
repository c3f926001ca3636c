using System.Buffers;
using System.Security.Cryptography;
using Abaco.Api.Http;
using Abaco.Messages;

namespace Abaco.Api.Messages;

/// <summary>Streams a binary body to the cluster: chunks of 256 KiB, two calls in flight, so that no process holds a whole body.</summary>
internal static class Upload
{
    /// <summary>Streams the body.</summary>
    /// <returns>The upload's id and size.</returns>
    /// <exception cref="AbacoException">TooLarge, before anything is read.</exception>
    public static async Task<(string Id, long Bytes)> ReadAsync(HttpContext context, IBodyGrain bodies, long limit)
    {
        if (context.Request.ContentLength is not { } length)
            throw new BadHttpRequestException("A binary message needs the Content-Length header.", StatusCodes.Status411LengthRequired);
        if (length > limit)
            throw BodyReader.TooLarge(limit);
        BodyReader.Bound(context, limit);
        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        try
        {
            await SendAsync(context, bodies, id);
            return (id, length);
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

    private static async Task SendAsync(HttpContext context, IBodyGrain bodies, string id)
    {
        var reader = context.Request.BodyReader;
        Task before = Task.CompletedTask, last = Task.CompletedTask;
        for (var index = 0; ; index++)
        {
            var read = await reader.ReadAtLeastAsync(IBodyGrain.ChunkBytes, context.RequestAborted);
            var size = Math.Min(IBodyGrain.ChunkBytes, read.Buffer.Length);
            if (size == 0)
                break;
            var chunk = read.Buffer.Slice(0, size).ToArray();
            reader.AdvanceTo(read.Buffer.GetPosition(size));
            await before;
            (before, last) = (last, bodies.AppendAsync(id, index, chunk));
        }

        await before;
        await last;
    }

    private static async Task Swallow(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
