using System.Security.Cryptography;
using System.Text;
using Abaco.Store;

namespace Abaco.Messages;

/// <summary>What an <c>Idempotency-Key</c> may be and what it stands for (rest-api.md, Messages). Pure.</summary>
internal static class IdempotencyRules
{
    /// <summary>How long a key answers as the first time.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private const int LongestKey = 255;

    /// <summary>The key as it is stored, or null when none was given.</summary>
    /// <exception cref="AbacoException">Invalid: the key breaks its rule.</exception>
    public static KeyRow? Row(string? key, IReadOnlyList<MessageRequest> messages, DateTimeOffset now)
    {
        if (key is null)
            return null;
        if (key.Length is 0 or > LongestKey || key.Any(letter => letter is < '!' or > '~'))
            throw AbacoException.Invalid($"Header Idempotency-Key: must have 1 to {LongestKey} visible ASCII characters.");
        return new KeyRow(key, Digest(messages), now, now + Kept);
    }

    /// <summary>The refusal of a key that stands for something else.</summary>
    public static AbacoException Taken() => new(
        RefusalKind.Conflict, "Header Idempotency-Key: was used within the last 24 hours for another message to this actor; choose a new key.");

    /// <summary>
    /// Tells contents apart. Each part goes in with its length, so that no two contents look alike; who waits for the answer (synchronous) is not content.
    /// </summary>
    private static string Digest(IReadOnlyList<MessageRequest> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var message in messages)
        {
            Add(hash, message.Kind.ToString());
            Add(hash, message.ContentType);
            Add(hash, message.Text);
            Add(hash, message.UploadDigest ?? "");
            foreach (var (name, value) in message.Parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
            {
                Add(hash, name);
                Add(hash, value);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
