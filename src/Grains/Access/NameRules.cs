namespace Abaco.Access;

/// <summary>What names of aliases and configs have in common: they are part of a path and must never be taken for another resource.</summary>
internal static class NameRules
{
    /// <summary>Most characters of a name.</summary>
    public const int Longest = 128;

    private static readonly HashSet<string> Reserved =
        ["executions", "nonces", "logs", "messages", "adapters", "admin", "utilization", "search", "aliases", "configs", "v2"];

    /// <summary>Refuses a name that breaks a rule.</summary>
    /// <param name="field">The field that the refusal names.</param>
    /// <param name="name">The name.</param>
    /// <param name="forbidden">Characters that it may not hold, besides white space and control characters.</param>
    /// <exception cref="AbacoException">Invalid.</exception>
    public static void Check(string field, string name, string forbidden)
    {
        if (name.Length is 0 or > Longest)
            throw AbacoException.Invalid($"{field}: must have 1 to {Longest} characters.");
        if (name.AsSpan().ContainsAny(forbidden) || name.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
            throw AbacoException.Invalid($"{field}: may hold neither white space nor any of {string.Join(' ', forbidden.AsEnumerable())}");
        if (Reserved.Contains(name))
            throw AbacoException.Invalid($"{field}: '{name}' is a reserved word.");
        if (name is "." or "..")
            throw AbacoException.Invalid($"{field}: '{name}' cannot be part of a path.");
    }
}
