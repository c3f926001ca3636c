namespace Abaco.Api.Http;

/// <summary>Reads multipart forms whose body is in memory; what is broken in them is the client's fault.</summary>
internal static class Forms
{
    /// <summary>Media type of forms in a query's spelling.</summary>
    public const string UrlEncoded = "application/x-www-form-urlencoded";

    /// <summary>Media type of forms in parts.</summary>
    public const string Multipart = "multipart/form-data";

    /// <summary>The request's media type in lower case, without its parameters.</summary>
    public static string MediaType(HttpContext context) => (context.Request.ContentType ?? "").Split(';', 2)[0].Trim().ToLowerInvariant();

    /// <summary>All fields of a multipart form that are not files, in order.</summary>
    /// <exception cref="AbacoException">Invalid: not a form of this type, not UTF-8, or cut off.</exception>
    public static async Task<IReadOnlyList<(string Name, string Value)>> ReadMultipartAsync(HttpContext context, byte[] body)
    {
        Parameters.Decode(body);
        context.Request.Body = new MemoryStream(body);
        try
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            return [.. form.SelectMany(field => field.Value.Select(value => (field.Key, value ?? "")))];
        }
        catch (InvalidDataException exception)
        {
            throw AbacoException.Invalid($"The form could not be read: {exception.Message}");
        }
        catch (IOException)
        {
            throw AbacoException.Invalid("The form could not be read: it ends too early.");
        }
    }
}
