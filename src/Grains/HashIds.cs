using System.Security.Cryptography;
using HashidsNet;

namespace Abaco;

/// <summary>
/// Ids of actors, executions and workers: 63 random bits in one number, written with Hashids, at least 13 characters. The salt is part of the contract: a
/// name looks like an id exactly if it decodes under it.
/// </summary>
internal static class HashIds
{
    private static readonly Hashids Codec = new("abaco.ids.v1", minHashLength: 13);

    /// <summary>A new random id.</summary>
    public static string New() => Codec.EncodeLong(Random63());

    /// <summary>Whether a name could be one of our ids.</summary>
    public static bool LooksLikeId(string name)
    {
        var numbers = name.Length >= 13 ? Codec.DecodeLong(name) : [];
        return numbers.Length > 0 && Codec.EncodeLong(numbers) == name;
    }

    private static long Random63()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToInt64(bytes) & long.MaxValue;
    }
}
