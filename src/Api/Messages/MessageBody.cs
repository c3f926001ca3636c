using System.Text.Json;
using Abaco.Api.Http;
using Abaco.Messages;

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
    public static bool IsBinary(HttpContext context) => Forms.MediaType(context) == Binary;

    /// <summary>Reads any other message.</summary>
    public static async Task<MessageBody> ReadAsync(HttpContext context, long limit)
    {
        var bytes = await BodyReader.ReadAsync(context, limit);
        var text = Parameters.Decode(bytes);
        var type = Forms.MediaType(context);
        if (type == Forms.Multipart && bytes.Length > 0)
        {
            var parts = await Forms.ReadMultipartAsync(context, bytes);
            if (parts.LastOrDefault(part => part.Name == Field).Value is { } part)
                return OfText(context, part);
        }

        if (type == Forms.UrlEncoded && Queries.Last(text, Field) is { } field)
            return OfText(context, field);
        if (Parameters.TryParse(text, out var value) && value.ValueKind != JsonValueKind.Null)
            return OfJson(context, value, type == Json ? Json : Plain);
        return Queries.Argument(context, Field) is { Length: > 0 } query
            ? OfText(context, query)
            : throw AbacoException.Invalid(Refusal);
    }

    /// <summary>A binary message whose bytes are an upload.</summary>
    public static MessageBody OfUpload(HttpContext context, Upload upload) => new(
        Make(context, MessageKind.Binary, "", Binary) with { UploadId = upload.Id, UploadBytes = upload.Bytes, UploadDigest = upload.Digest },
        "\"binary - omitted\"");

    /// <summary>A message that is JSON; the container reads the content type that was declared.</summary>
    public static MessageBody OfJson(HttpContext context, JsonElement value) =>
        OfJson(context, value, Forms.MediaType(context) == Json || IsLines(context) ? Json : Plain);

    /// <summary>Whether the request declares one JSON value a line.</summary>
    public static bool IsLines(HttpContext context) => Forms.MediaType(context) is "application/x-ndjson" or "application/ndjson" or "application/jsonl";

    private static MessageBody OfText(HttpContext context, string text)
    {
        if (text.Length == 0)
            throw AbacoException.Invalid("message: must not be empty.");
        return new MessageBody(Make(context, MessageKind.Text, text, Plain), JsonSerializer.Serialize(text));
    }

    private static MessageBody OfJson(HttpContext context, JsonElement value, string type)
    {
        if (!TryField(value, out var field))
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
        foreach (var (name, value) in Queries.Pairs(context.Request.QueryString.Value))
            if (name is not (Field or "x-nonce") && !name.StartsWith(ServicePrefix, StringComparison.Ordinal))
                parameters[name] = value;
        return new MessageRequest
        {
            Kind = kind,
            Text = text,
            ContentType = type,
            Parameters = parameters,
            Synchronous = MessagesApi.IsSynchronous(context),
        };
    }

    private static bool TryField(JsonElement value, out JsonElement field)
    {
        field = default;
        try
        {
            return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(Field, out field);
        }
        catch (InvalidOperationException)
        {
            throw AbacoException.Invalid("message: must be valid Unicode; a name in it holds half of a surrogate pair.");
        }
    }
}
