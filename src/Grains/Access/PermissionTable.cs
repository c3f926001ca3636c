namespace Abaco.Access;

/// <summary>
/// Levels by user of one actor, alias or config (rest-api.md, Identity). Kept in grain state as a JSON object from user to the level's number under
/// <c>Permissions</c>, where lists read it. Never changed in place: <see cref="With"/> makes the next one, which counts once it is written.
/// </summary>
internal sealed class PermissionTable : Dictionary<string, PermissionLevel>
{
    /// <summary>Most users in one table.</summary>
    public const int MostUsers = 1_000;

    private const int LongestUser = 128;

    /// <summary>An empty table.</summary>
    public PermissionTable()
    {
    }

    private PermissionTable(PermissionTable other)
        : base(other)
    {
    }

    /// <summary>The table of something new: its creator holds UPDATE.</summary>
    public static PermissionTable OwnedBy(string user) => new() { [user] = PermissionLevel.Update };

    /// <summary>The level that a caller holds: the higher of its own entry and everybody's, for admins UPDATE; never more than the caller's cap.</summary>
    public PermissionLevel LevelOf(Caller caller)
    {
        var held = caller.IsAdmin ? PermissionLevel.Update : Higher(this.GetValueOrDefault(caller.User), this.GetValueOrDefault(Caller.World));
        return held < caller.Cap ? held : caller.Cap;
    }

    /// <summary>Refuses a caller below a level.</summary>
    /// <exception cref="AbacoException">NotAuthorized, with the given text.</exception>
    public void Demand(Caller caller, PermissionLevel level, string refusal)
    {
        if (LevelOf(caller) < level)
            throw new AbacoException(RefusalKind.NotAuthorized, refusal);
    }

    /// <summary>A copy in which a user holds a level.</summary>
    /// <exception cref="AbacoException">Invalid: the name breaks its rule, or the table is full.</exception>
    public PermissionTable With(string user, PermissionLevel level)
    {
        if (user.Length is 0 or > LongestUser || user.Any(char.IsControl))
            throw AbacoException.Invalid($"user: must have 1 to {LongestUser} characters, none of them a control character.");
        if (!Enum.IsDefined(level))
            throw AbacoException.Invalid("level: must be NONE, READ, EXECUTE or UPDATE.");
        if (Count >= MostUsers && !ContainsKey(user))
            throw AbacoException.Invalid($"user: at most {MostUsers} users may hold a permission.");
        return new PermissionTable(this) { [user] = level };
    }

    /// <summary>The table as callers see it.</summary>
    public IReadOnlyDictionary<string, PermissionLevel> Snapshot() => new Dictionary<string, PermissionLevel>(this);

    private static PermissionLevel Higher(PermissionLevel one, PermissionLevel other) => one > other ? one : other;
}
