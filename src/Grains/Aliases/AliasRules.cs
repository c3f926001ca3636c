using Abaco.Access;

namespace Abaco.Aliases;

/// <summary>What may be an alias (rest-api.md, Nonces, aliases, permissions). Pure.</summary>
internal static class AliasRules
{
    private const string Forbidden = @"\"":/?#[]@!$&'()*+,;=";

    /// <summary>Refuses a name that breaks a rule.</summary>
    /// <exception cref="AbacoException">Invalid.</exception>
    public static void CheckName(AliasKey key)
    {
        NameRules.Check("alias", key.Name, Forbidden);
        if (ActorKey.TryRead(key.Tenant, key.Name) is not null)
            throw AbacoException.Invalid("alias: must not look like the id of an actor.");
    }
}
