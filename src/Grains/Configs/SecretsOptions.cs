using System.ComponentModel.DataAnnotations;

namespace Abaco.Configs;

/// <summary>
/// Keys that secrets are encrypted with, the same on every silo. Configuration section <c>Abaco:Secrets</c>. To rotate: add a key, name it current, restart;
/// each silo's start encrypts the secrets under it, after which the old key may be removed.
/// </summary>
internal sealed class SecretsOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Abaco:Secrets";

    /// <summary>Bytes of a key (AES-256).</summary>
    public const int KeyBytes = 32;

    /// <summary>
    /// Keys by id: base64 of 32 random bytes each (<c>openssl rand -base64 32</c>). Default: none, then one is generated on first use into
    /// <c>secret-keys.json</c> of the data directory, readable by its owner only; keep a copy of it apart from the database's.
    /// </summary>
    public Dictionary<string, string> Keys { get; set; } = [];

    /// <summary>Id of the key that encrypts; all others only decrypt. Default: the last id in ordinal order, as suits ids such as <c>2026-01</c>.</summary>
    public string? CurrentKey { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (id, key) in Keys)
            if (!TryRead(key, out _))
                yield return new ValidationResult($"Abaco:Secrets:Keys:{id}: must be base64 of {KeyBytes} bytes.");
        if (CurrentKey is not null && !Keys.ContainsKey(CurrentKey))
            yield return new ValidationResult($"Abaco:Secrets:CurrentKey: '{CurrentKey}' is none of Abaco:Secrets:Keys.");
    }

    /// <summary>Reads a key.</summary>
    public static bool TryRead(string text, out byte[] key)
    {
        key = new byte[KeyBytes];
        return Convert.TryFromBase64String(text, key, out var length) && length == KeyBytes;
    }
}
