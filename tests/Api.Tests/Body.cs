using System.Net.Http.Headers;
using System.Text;

namespace Abaco.Api.Tests;

/// <summary>Request bodies.</summary>
internal static class Body
{
    public static HttpContent Json(string text) => Of(text, "application/json");

    public static HttpContent Form(params (string Name, string Value)[] fields) =>
        new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    public static HttpContent Multipart(params (string Name, string Value)[] fields)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            content.Add(new StringContent(value), name);
        return content;
    }

    /// <summary>Bytes under a Content-Type as written, or under none.</summary>
    public static HttpContent Of(byte[] bytes, string? type)
    {
        var content = new ByteArrayContent(bytes);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    public static HttpContent Of(string text, string? type) => Of(Encoding.UTF8.GetBytes(text), type);

    public static HttpContent Binary(byte[] bytes) =>
        new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
}
