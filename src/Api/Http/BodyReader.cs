using System.Buffers;

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
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > limit)
            {
                // Given back, so that the server can drain the rest.
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge(limit);
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>The refusal of a body that is too large.</summary>
    public static AbacoException TooLarge(long limit) =>
        new(RefusalKind.TooLarge, $"The request body is too large; at most {limit} bytes are accepted here.");
}
