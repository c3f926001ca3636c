namespace Abaco.Access;

/// <summary>What makes and opens a nonce (rest-api.md, Nonces, aliases, permissions). Pure.</summary>
internal static class NonceRules
{
    /// <summary>Uses without end.</summary>
    public const int Unlimited = -1;

    private const int LongestDescription = 1_024;

    /// <summary>The state of a new nonce.</summary>
    /// <exception cref="AbacoException">Invalid: names every broken rule.</exception>
    public static NonceState Create(Caller caller, NonceTarget target, NonceRequest request, DateTimeOffset now)
    {
        var level = request.Level ?? PermissionLevel.Execute;
        var uses = request.MaxUses ?? Unlimited;
        List<string> errors = [];
        if (!Enum.IsDefined(level))
            errors.Add("level: must be NONE, READ, EXECUTE or UPDATE.");
        if (level == PermissionLevel.Update && target.Alias is not null)
            errors.Add("level: the nonce of an alias can be NONE, READ or EXECUTE.");
        if (uses is 0 or < Unlimited)
            errors.Add("max_uses: must be a whole number of at least 1, or -1 for any number of uses.");
        if (request.Description is { Length: > LongestDescription })
            errors.Add($"description: must have at most {LongestDescription} characters.");
        if (errors.Count > 0)
            throw AbacoException.Invalid(string.Join(" ", errors));
        return new NonceState
        {
            Target = target.ToString(),
            Owner = caller.User,
            Roles = [.. caller.Roles],
            Level = level,
            MaxUses = uses,
            Description = request.Description,
            Created = now,
        };
    }

    /// <summary>Refuses a use that the nonce does not allow.</summary>
    /// <param name="nonce">The nonce, or null when there is none under the id.</param>
    /// <param name="target">What the request is about.</param>
    /// <param name="needed">The level that the request needs.</param>
    /// <exception cref="AbacoException">Invalid.</exception>
    public static NonceState CheckUse(NonceState? nonce, NonceTarget target, PermissionLevel needed)
    {
        if (nonce is null || nonce.Target != target.ToString())
            throw AbacoException.Invalid("Nonce does not exist.");
        if (nonce.Level < needed)
            throw AbacoException.Invalid("Nonce does not have sufficient permissions level.");
        return nonce.MaxUses == Unlimited || nonce.Uses < nonce.MaxUses
            ? nonce
            : throw AbacoException.Invalid("No remaining uses left for this nonce.");
    }

    /// <summary>The nonce after one more use.</summary>
    public static NonceState Used(NonceState nonce, DateTimeOffset now) => nonce with { Uses = nonce.Uses + 1, LastUse = now };

    /// <summary>The nonce as it is shown.</summary>
    public static NonceSnapshot Show(string id, NonceTarget target, string actorId, NonceState nonce) => new()
    {
        Id = id,
        Target = target,
        ActorId = actorId,
        Owner = nonce.Owner,
        Roles = nonce.Roles,
        Level = nonce.Level,
        MaxUses = nonce.MaxUses,
        Uses = nonce.Uses,
        Description = nonce.Description,
        CreateTime = nonce.Created,
        LastUseTime = nonce.LastUse,
    };
}
