using System.Globalization;

namespace Abaco.Actors;

/// <summary>Memory limits as Docker writes them: a whole number and one of the units b, k, m, g (powers of 1,024); <c>-1</c> is unlimited.</summary>
internal static class MemoryLimit
{
    /// <summary>The engine's own least limit: 6 MiB.</summary>
    public const long LeastBytes = 6L * 1024 * 1024;

    /// <summary>Reads a limit.</summary>
    /// <param name="text">Such as <c>512m</c> or <c>3g</c>.</param>
    /// <param name="bytes">Bytes, null for unlimited.</param>
    /// <returns>Whether it is well formed and not below <see cref="LeastBytes"/>.</returns>
    public static bool TryParse(string text, out long? bytes)
    {
        bytes = null;
        var value = text.Trim().ToLowerInvariant();
        if (value == "-1")
            return true;
        if (value.EndsWith('b') && value.Length > 1 && !char.IsAsciiDigit(value[^2]))
            value = value[..^1];
        var unit = value.Length == 0 ? 0 : value[^1] switch { 'b' => 1L, 'k' => 1L << 10, 'm' => 1L << 20, 'g' => 1L << 30, _ => 0 };
        var digits = unit == 0 ? value : value[..^1];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        unit = Math.Max(1, unit);
        if (number > long.MaxValue / unit || number * unit < LeastBytes)
            return false;
        bytes = number * unit;
        return true;
    }

    /// <summary>Reads a limit that was checked before.</summary>
    public static long? ParseBytes(string text) =>
        TryParse(text, out var bytes) ? bytes : throw AbacoException.Invalid($"mem_limit: '{text}' is not a memory limit.");
}
