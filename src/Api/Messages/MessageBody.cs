using System.Text.Json;
using Abaco.Api.Http;
using Abaco.Messages;
using Microsoft.AspNetCore.WebUtilities;

namespace Abaco.Api.Messages;

/// <summary>What a POST's body and query make of a message (rest-api.md, Messages), and how the answer shows it.</summary>
/// <param name="Message">The message.</param>
/// <param name="Echo">JSON text of <c>msg</c> in the answer.</param>
internal sealed record MessageBody(MessageRequest Message, string Echo)
{
    /// <summary>Content type of binary messages.</summary>
    public const string Binary = "application/octet-stream";

    private const string Json = "application/json";
    private const string Plain = "str";
    private const string Field = "message";
    private const string ServicePrefix = "_abaco_";
    private const string Refusal = "message POST body could not be serialized. Pass JSON data or use the message attribute.";

    /// <summary>Whether the request carries a binary message.</summary>
    public static bool IsBinary(HttpContext context) => MediaType(context) == Binary;

    /// <summary>Reads any other message.</summary>
    public static async Task<MessageBody> ReadAsync(HttpContext context, long limit)
    {
        var bytes = await BodyReader.ReadAsync(context, limit);
        var type = MediaType(context);
        if (type == "multipart/form-data")
        {
            context.Request.Body = new MemoryStream(bytes);
            if ((await Parameters.ReadFormAsync(context))[Field] is { Count: > 0 } parts)
                return OfText(context, parts[^1]!);
        }

        var text = bytes.Length == 0 ? "" : Parameters.Decode(bytes);
        if (type == "application/x-www-form-urlencoded" && Form(text) is { } field)
            return OfText(context, field);
        if (Parameters.TryParse(text, out var value) && value.ValueKind != JsonValueKind.Null)
            return OfJson(context, value, type == Json ? Json : Plain);
        return context.Request.Query[Field] is { Count: > 0 } query && query[^1]!.Length > 0
            ? OfText(context, query[^1]!)
            : throw AbacoException.Invalid(Refusal);
    }

    /// <summary>A binary message whose bytes are an upload.</summary>
    public static MessageBody OfUpload(HttpContext context, Upload upload) => new(
        Make(context, MessageKind.Binary, "", Binary) with { UploadId = upload.Id, UploadBytes = upload.Bytes, UploadDigest = upload.Digest },
        "\"binary - omitted\"");

    /// <summary>A message that is JSON; the container reads the content type that was declared.</summary>
    public static MessageBody OfJson(HttpContext context, JsonElement value) =>
        OfJson(context, value, MediaType(context) == Json || IsLines(context) ? Json : Plain);

    /// <summary>Whether the request declares one JSON value a line.</summary>
    public static bool IsLines(HttpContext context) => MediaType(context) is "application/x-ndjson" or "application/ndjson" or "application/jsonl";

    private static MessageBody OfText(HttpContext context, string text)
    {
        if (text.Length == 0)
            throw AbacoException.Invalid("message: must not be empty.");
        return new MessageBody(Make(context, MessageKind.Text, text, Plain), JsonSerializer.Serialize(text));
    }

    private static MessageBody OfJson(HttpContext context, JsonElement value, string type)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(Field, out var field))
        {
            var raw = value.GetRawText();
            return new MessageBody(Make(context, MessageKind.Json, raw, type), raw);
        }

        if (field.ValueKind == JsonValueKind.Null)
            throw AbacoException.Invalid("message: must not be empty.");

        // The field's value is a string message; any other value becomes its Python text.
        var text = PythonLiteral.Render(field.GetRawText());
        return field.ValueKind == JsonValueKind.String
            ? OfText(context, text)
            : new MessageBody(Make(context, MessageKind.Json, field.GetRawText(), Plain), JsonSerializer.Serialize(text));
    }

    private static MessageRequest Make(HttpContext context, MessageKind kind, string text, string type)
    {
        var parameters = new Dictionary<string, string>();
        foreach (var (name, values) in context.Request.Query)
            if (name is not (Field or "x-nonce") && !name.StartsWith(ServicePrefix, StringComparison.Ordinal))
                parameters[name] = values[^1] ?? "";
        return new MessageRequest
        {
            Kind = kind,
            Text = text,
            ContentType = type,
            Parameters = parameters,
            Synchronous = MessagesApi.IsSynchronous(context),
        };
    }

    private static string? Form(string text)
    {
        var fields = QueryHelpers.ParseQuery(text);
        return fields.TryGetValue(Field, out var values) ? values[^1] : null;
    }

    private static string MediaType(HttpContext context) =>
        (context.Request.ContentType ?? "").Split(';', 2)[0].Trim().ToLowerInvariant();
}
