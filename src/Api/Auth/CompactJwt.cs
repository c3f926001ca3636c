using System.Text.Json;

namespace Abaco.Api.Auth;

/// <summary>
/// A JSON Web Token taken apart as gateways write it: segments in base64url or padded standard Base64, and anything after the signature's padding ignored.
/// Taken apart is not checked: that is for whoever holds the key.
/// </summary>
/// <param name="Algorithm">What the header says.</param>
/// <param name="Claims">The payload, an object.</param>
/// <param name="Signed">The text that the signature covers, as it was sent.</param>
/// <param name="Signature">The signature.</param>
internal sealed record CompactJwt(string Algorithm, JsonElement Claims, string Signed, byte[] Signature)
{
    private const int Longest = 65_536;

    /// <summary>Takes a token apart.</summary>
    /// <returns>Null when it is none.</returns>
    public static CompactJwt? Parse(string token)
    {
        var segments = token.Length <= Longest ? token.Split('.', 3) : [];
        if (segments.Length != 3)
            return null;
        var signature = Decode(WithoutTail(segments[2]));
        if (Object(segments[0]) is not { } header || Object(segments[1]) is not { } claims || signature is null)
            return null;
        var known = header.TryGetProperty("alg", out var algorithm) && algorithm.ValueKind == JsonValueKind.String;

        // "crit" names extensions that a reader must understand; this one understands none.
        return known && !header.TryGetProperty("crit", out _)
            ? new CompactJwt(algorithm.GetString()!, claims, $"{segments[0]}.{segments[1]}", signature)
            : null;
    }

    private static JsonElement? Object(string segment)
    {
        if (Decode(segment) is not { } bytes)
            return null;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string WithoutTail(string segment)
    {
        var padding = segment.IndexOf('=');
        return padding < 0 ? segment : segment[..padding];
    }

    private static byte[]? Decode(string segment)
    {
        var text = segment.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        if (text.Length == 0 || text.Length % 4 == 1 || segment.Length - text.Length > 2 || text.Any(char.IsWhiteSpace))
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length) ? bytes[..length] : null;
    }
}
