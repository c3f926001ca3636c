namespace Abaco.Access;

/// <summary>What a user may do with an actor, alias or config. Higher levels include lower ones.</summary>
[GenerateSerializer, Alias("abaco.PermissionLevel")]
public enum PermissionLevel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>GET.</summary>
    Read,

    /// <summary>Send messages.</summary>
    Execute,

    /// <summary>Every other write.</summary>
    Update,
}

/// <summary>Who calls: established by the front end, trusted by the grains.</summary>
/// <param name="Tenant">The caller's tenant; nothing of another tenant is ever shown.</param>
/// <param name="User">The user's name.</param>
/// <param name="Roles">Role names with their <c>Internal/</c> prefix.</param>
/// <param name="ApiServer">Base address under which this request reached the service (no trailing slash), for links and call-backs of what it starts.</param>
[GenerateSerializer, Immutable, Alias("abaco.Caller")]
public sealed record Caller(
    [property: Id(0)] string Tenant,
    [property: Id(1)] string User,
    [property: Id(2)] IReadOnlyList<string> Roles,
    [property: Id(3)] string ApiServer)
{
    /// <summary>Role that opens every single item of its tenant.</summary>
    public const string AdminRole = "Internal/abaco-admin";

    /// <summary>Role that may set <c>privileged</c>, limits, queue and <c>use_container_uid</c>.</summary>
    public const string PrivilegedRole = "Internal/abaco-privileged";

    /// <summary>The user name in a permission table that stands for every user of the tenant.</summary>
    public const string World = "ABACO_WORLD";

    /// <summary>The most that this caller may do whatever its user may: a nonce's level. Default: no limit.</summary>
    [Id(4)]
    public PermissionLevel Cap { get; init; } = PermissionLevel.Update;

    /// <summary>Whether the caller holds <see cref="AdminRole"/>.</summary>
    public bool IsAdmin => Roles.Contains(AdminRole);

    /// <summary>Whether the caller may set role-guarded parameters.</summary>
    public bool IsPrivileged => IsAdmin || Roles.Contains(PrivilegedRole);
}
