using System.Text;
using Abaco.Executions;

namespace Abaco.Messages;

/// <summary>What a message and a state must fit into: variables of the container's environment. Pure.</summary>
internal static class MessageRules
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses a message that cannot become an environment.</summary>
    public static void Check(MessageRequest message, ObjectEncoding encoding)
    {
        switch (message.Kind)
        {
            case MessageKind.Binary when string.IsNullOrEmpty(message.UploadId):
                throw AbacoException.Invalid("message: a binary message names its upload.");
            case MessageKind.Text when message.Text.Length == 0 && message.UploadId is null:
                throw AbacoException.Invalid("message: must not be empty.");
            case MessageKind.Text or MessageKind.Json:
                CheckValue("MSG", "message", message.Text, message.Kind == MessageKind.Json, encoding);
                break;
        }

        var bytes = 0L;
        foreach (var (name, value) in message.Parameters)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0'))
                throw AbacoException.Invalid("query parameters: a name must not be empty and names and values must hold no '=' in the name and no NUL.");
            var entry = Bytes(name, name) + 1 + Bytes(name, value);
            if (entry > EnvironmentRules.LongestEntryBytes)
                throw TooLong(name);
            bytes += entry;
        }

        if (bytes > EnvironmentRules.MostBytes / 2)
            throw AbacoException.Invalid($"query parameters: together they may hold {EnvironmentRules.MostBytes / 2} bytes; send large data as a binary message.");
    }

    /// <summary>Refuses a state that is empty, not JSON, or larger than its variable.</summary>
    public static void CheckState(string stateJson, ObjectEncoding encoding)
    {
        if (stateJson.Trim() is "" or "null")
            throw AbacoException.Invalid("state: must not be empty.");
        CheckValue("_abaco_actor_state", "state", stateJson, isJson: true, encoding);
    }

    /// <summary>The refusal of a variable that is too long.</summary>
    public static AbacoException TooLong(string variable) => AbacoException.Invalid(
        $"{(variable == "MSG" ? "message" : variable)}: too large; one environment variable, {variable}, holds at most "
        + $"{EnvironmentRules.LongestEntryBytes} bytes (128 KiB) with its name. Send it as a binary message (Content-Type: application/octet-stream).");

    /// <summary>The refusal of a binary message whose upload is not there as a whole.</summary>
    public static AbacoException BodyMissing() => AbacoException.Unavailable("The message's body did not arrive whole; send it again.");

    private static void CheckValue(string variable, string field, string text, bool isJson, ObjectEncoding encoding)
    {
        if (isJson)
            text = EnvironmentRules.Write(text, encoding, field);
        if (text.Contains('\0'))
            throw AbacoException.Invalid($"{field}: must hold no NUL character.");
        if (Bytes(field, text) + variable.Length + 1 > EnvironmentRules.LongestEntryBytes)
            throw field == "state"
                ? AbacoException.Invalid($"state: too large; with the name of its variable it may have {EnvironmentRules.LongestEntryBytes} bytes (128 KiB) as the container reads it.")
                : TooLong(variable);
    }

    private static int Bytes(string field, string text)
    {
        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw AbacoException.Invalid($"{field}: must be valid Unicode; it holds half of a surrogate pair.");
        }
    }
}
