using System.Security.Cryptography;

namespace Abaco.Api.Auth;

/// <summary>Reads RSA public keys as people configure them.</summary>
internal static class RsaPublicKey
{
    private const int LeastBits = 1_024;

    /// <summary>Reads a key: PEM, or the base64 of a SubjectPublicKeyInfo without its PEM lines.</summary>
    /// <exception cref="FormatException">It is neither, or too short.</exception>
    public static RSA Read(string text)
    {
        var rsa = RSA.Create();
        try
        {
            if (text.Contains("-----BEGIN", StringComparison.Ordinal))
                rsa.ImportFromPem(text);
            else
                rsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text), out _);
            return rsa.KeySize >= LeastBits ? rsa : throw new FormatException($"the RSA key must have at least {LeastBits} bits.");
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException or FormatException)
        {
            rsa.Dispose();
            throw exception as FormatException is { } known && known.Message.Contains("bits", StringComparison.Ordinal)
                ? known
                : new FormatException("not an RSA public key, neither PEM nor the base64 of a SubjectPublicKeyInfo.");
        }
    }
}
