using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Http;

/// <summary>Every JSON answer: <c>{message, result, status, version}</c>, written straight into the response.</summary>
internal static class Answers
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly string Version =
        typeof(Answers).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "1.0.0";

    /// <summary>A success with a result that is an object.</summary>
    public static Task OkAsync(HttpContext context, string message, Action<Fields> result)
    {
        var spelling = Spelling(context);
        return WriteAsync(context, 200, message, json =>
        {
            json.WriteStartObject();
            result(new Fields(json, spelling));
            json.WriteEndObject();
        });
    }

    /// <summary>A success with a result that is a list of objects.</summary>
    public static Task ListAsync<T>(HttpContext context, string message, IEnumerable<T> rows, Action<Fields, T> write)
    {
        var spelling = Spelling(context);
        return WriteAsync(context, 200, message, json =>
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartObject();
                write(new Fields(json, spelling), row);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>A success without a result.</summary>
    public static Task DoneAsync(HttpContext context, string message) => WriteAsync(context, 200, message, json => json.WriteNullValue());

    /// <summary>An error.</summary>
    public static Task ErrorAsync(HttpContext context, int status, string message) =>
        WriteAsync(context, status, message, json => json.WriteNullValue());

    private static NameCase Spelling(HttpContext context) => context.RequestServices.GetRequiredService<IOptions<WebOptions>>().Value.Case;

    private static Task WriteAsync(HttpContext context, int status, string message, Action<Utf8JsonWriter> result)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        using (var json = new Utf8JsonWriter(response.BodyWriter, Options))
        {
            json.WriteStartObject();
            json.WriteString("message", message);
            json.WritePropertyName("result");
            result(json);
            json.WriteString("status", status < 400 ? "success" : "error");
            json.WriteString("version", Version);
            json.WriteEndObject();
        }

        // Not flushed here: the server sends it together with the body's end when the handler returns, in one packet instead of two.
        return Task.CompletedTask;
    }
}
