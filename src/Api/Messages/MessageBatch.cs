using System.Text.Json;
using Abaco.Api.Http;
using Abaco.Messages;

namespace Abaco.Api.Messages;

/// <summary>
/// The body of <c>POST …/messages/batch</c> (rest-api.md, Messages): a JSON array, or one JSON value a line (NDJSON). Each becomes the message that it would
/// be as the body of a single POST; query parameters go to every one.
/// </summary>
internal static class MessageBatch
{
    private const long MostBytes = 16 * 1024 * 1024;

    /// <summary>Reads the messages, in order.</summary>
    /// <exception cref="AbacoException">TooLarge above 16 MB; Invalid when something is not JSON, with its place.</exception>
    public static async Task<IReadOnlyList<MessageRequest>> ReadAsync(HttpContext context)
    {
        var text = Parameters.Decode(await BodyReader.ReadAsync(context, MostBytes));
        var values = !MessageBody.IsLines(context) && Parameters.TryParse(text, out var whole) && whole.ValueKind == JsonValueKind.Array
            ? [.. whole.EnumerateArray()]
            : Lines(text);
        return [.. values.Select((value, index) => Message(context, value, index))];
    }

    private static List<JsonElement> Lines(string text)
    {
        var values = new List<JsonElement>();
        foreach (var line in text.Split('\n'))
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (!Parameters.TryParse(line, out var value))
                throw AbacoException.Invalid($"messages[{values.Count}]: the body must be a JSON array or one JSON value a line (NDJSON).");
            values.Add(value);
        }

        return values;
    }

    private static MessageRequest Message(HttpContext context, JsonElement value, int index)
    {
        if (value.ValueKind == JsonValueKind.Null)
            throw AbacoException.Invalid($"messages[{index}]: must not be empty.");
        try
        {
            return MessageBody.OfJson(context, value).Message;
        }
        catch (AbacoException refusal)
        {
            throw new AbacoException(refusal.Kind, $"messages[{index}]: {refusal.Message}");
        }
    }
}
