using Abaco.Access;

namespace Abaco.Api.Access;

/// <summary>Permission levels as clients write them: NONE, READ, EXECUTE, UPDATE, in any case.</summary>
internal static class Levels
{
    private static readonly PermissionLevel[] All = Enum.GetValues<PermissionLevel>();

    /// <summary>A level as answers show it.</summary>
    public static string Name(PermissionLevel level) => level.ToString().ToUpperInvariant();

    /// <summary>Reads the level that a parameter holds.</summary>
    /// <exception cref="AbacoException">Invalid: it is no level.</exception>
    public static PermissionLevel Parse(string name, string text)
    {
        foreach (var level in All)
            if (text.Equals(Name(level), StringComparison.OrdinalIgnoreCase))
                return level;
        throw AbacoException.Invalid($"{name}: must be NONE, READ, EXECUTE or UPDATE.");
    }
}
