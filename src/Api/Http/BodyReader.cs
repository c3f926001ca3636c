using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace Abaco.Api.Http;

/// <summary>Reads request bodies that must fit into memory, bounded.</summary>
internal static class BodyReader
{
    /// <summary>The whole body.</summary>
    /// <exception cref="AbacoException">TooLarge, before more than the limit was read.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context, long limit)
    {
        if (context.Request.ContentLength > limit)
            throw TooLarge(limit);
        Bound(context, limit);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > limit)
                throw TooLarge(limit);
            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Lets the server itself refuse a longer body.</summary>
    public static void Bound(HttpContext context, long limit)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;
    }

    /// <summary>The refusal of a body that is too large.</summary>
    public static AbacoException TooLarge(long limit) =>
        new(RefusalKind.TooLarge, $"The request body is too large; at most {limit} bytes are accepted here.");
}
