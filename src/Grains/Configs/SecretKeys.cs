using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Abaco.Configs;

/// <summary>A text under AES-256-GCM.</summary>
/// <param name="KeyId">The key's id.</param>
/// <param name="Bytes">Nonce (12 bytes), tag (16 bytes), then the encrypted UTF-8.</param>
internal sealed record SealedText(string KeyId, byte[] Bytes);

/// <summary>
/// Seals and opens secrets. Keys come from <see cref="SecretsOptions"/>; without any, from the file <c>secret-keys.json</c>, which is made with a random key
/// on first use. Keys of the file go on opening after keys were configured. Thread-safe.
/// </summary>
internal sealed class SecretKeys
{
    private const string FileName = "secret-keys.json";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly SecretsOptions _options;
    private readonly string _path;
    private readonly Lazy<(string Current, IReadOnlyDictionary<string, byte[]> Keys)> _ring;

    /// <summary>Keys are read at the first use.</summary>
    /// <param name="options">Configured keys.</param>
    /// <param name="folder">The data directory.</param>
    public SecretKeys(IOptions<SecretsOptions> options, string folder)
    {
        _options = options.Value;
        _path = Path.Combine(folder, FileName);
        _ring = new(Load);
    }

    /// <summary>Id of the key that seals.</summary>
    public string CurrentKey => _ring.Value.Current;

    /// <summary>Seals a text.</summary>
    /// <param name="owner">What it belongs to; it opens only for the same.</param>
    /// <param name="text">In clear.</param>
    public SealedText Seal(string owner, string text)
    {
        var clear = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[NonceBytes + TagBytes + clear.Length];
        var nonce = bytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_ring.Value.Keys[CurrentKey], TagBytes);
        aes.Encrypt(nonce, clear, bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(owner));
        return new SealedText(CurrentKey, bytes);
    }

    /// <summary>Opens a text.</summary>
    /// <exception cref="SecretUnreadableException">Its key is not there, or is another than it was sealed with.</exception>
    public string Open(string owner, SealedText text)
    {
        if (!_ring.Value.Keys.TryGetValue(text.KeyId, out var key))
            throw Unreadable(owner, $"its key '{text.KeyId}' is neither in Abaco:Secrets:Keys nor in {FileName}");
        var clear = new byte[text.Bytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(
                text.Bytes.AsSpan(0, NonceBytes), text.Bytes.AsSpan(NonceBytes + TagBytes), text.Bytes.AsSpan(NonceBytes, TagBytes), clear,
                Encoding.UTF8.GetBytes(owner));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Unreadable(owner, $"the key '{text.KeyId}' is not the one that it was encrypted with");
        }

        return Encoding.UTF8.GetString(clear);
    }

    private static SecretUnreadableException Unreadable(string owner, string why) =>
        new($"The secret '{owner[(owner.IndexOf('_') + 1)..]}' cannot be decrypted: {why}.");

    private (string Current, IReadOnlyDictionary<string, byte[]> Keys) Load()
    {
        var configured = _options.Keys;
        var written = configured.Count == 0 ? ReadOrMake() : File.Exists(_path) ? Read() : [];
        var keys = written.Concat(configured).ToDictionary(pair => pair.Key, pair => Bytes(pair.Key, pair.Value));
        var current = _options.CurrentKey ?? (configured.Count > 0 ? configured : written).Keys.Order(StringComparer.Ordinal).Last();
        return (current, keys);
    }

    private byte[] Bytes(string id, string text) => SecretsOptions.TryRead(text, out var key)
        ? key
        : throw new InvalidOperationException($"The key '{id}' in Abaco:Secrets:Keys or '{_path}' is not base64 of {SecretsOptions.KeyBytes} bytes.");

    private Dictionary<string, string> Read() => JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(_path))!;

    /// <summary>The file appears whole or not at all; of two processes that make it at the same time, one wins and both read that one's.</summary>
    private Dictionary<string, string> ReadOrMake()
    {
        if (File.Exists(_path))
            return Read();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var mine = $"{_path}.{Guid.NewGuid():N}";
        using (var file = new FileStream(mine, options))
        {
            var id = $"file-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
            JsonSerializer.Serialize(file, new Dictionary<string, string> { [id] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretsOptions.KeyBytes)) });
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(mine, _path, overwrite: false);
        }
        catch (IOException) when (File.Exists(_path))
        {
            File.Delete(mine);
        }

        return Read();
    }
}

/// <summary>A secret's key is missing or wrong. The message names the secret and the key's id, never a value.</summary>
internal sealed class SecretUnreadableException(string message) : Exception(message);
