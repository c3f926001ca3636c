using System.Security.Cryptography;
using HashidsNet;

namespace Abaco;

/// <summary>
/// Ids of actors, executions and workers: 63 random bits in one number, written with Hashids, at least 13 characters. The salt is part of the contract: a
/// name looks like an id exactly if it decodes under it, which is how an actor's id and an alias are told apart.
/// </summary>
public static class HashIds
{
    private const int Shortest = 13;
    private const int Longest = 64;
    private static readonly Hashids Codec = new("abaco.ids.v1", minHashLength: Shortest);

    [ThreadStatic]
    private static RandomNumbers? _random;

    /// <summary>Makes a new random id.</summary>
    /// <returns>13 or more ASCII letters and digits.</returns>
    public static string New() => Codec.EncodeLong(Random63());

    /// <summary>Makes a secret that nobody guesses: 126 random bits in two numbers.</summary>
    /// <returns>About 24 ASCII letters and digits.</returns>
    public static string NewSecret() => Codec.EncodeLong(Random63(), Random63());

    /// <summary>Says whether a name could be one of our ids.</summary>
    /// <param name="name">Any text.</param>
    /// <returns>Whether it decodes.</returns>
    public static bool LooksLikeId(string name)
    {
        var numbers = name.Length is >= Shortest and <= Longest && name.All(char.IsAsciiLetterOrDigit) ? Codec.DecodeLong(name) : [];
        return numbers.Length > 0 && Codec.EncodeLong(numbers) == name;
    }

    private static long Random63() => (_random ??= new RandomNumbers()).Next() & long.MaxValue;

    /// <summary>Random numbers of one thread, fetched in blocks: a call of the system's generator costs microseconds, whatever its length.</summary>
    private sealed class RandomNumbers
    {
        private readonly byte[] _bytes = new byte[512];
        private int _used = 512;

        public long Next()
        {
            if (_used == _bytes.Length)
            {
                RandomNumberGenerator.Fill(_bytes);
                _used = 0;
            }

            _used += sizeof(long);
            return BitConverter.ToInt64(_bytes, _used - sizeof(long));
        }
    }
}
