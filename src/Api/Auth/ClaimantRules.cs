using System.Text.RegularExpressions;
using Abaco.Access;

namespace Abaco.Api.Auth;

/// <summary>What makes a claimant a caller (rest-api.md, Identity). Pure.</summary>
internal static partial class ClaimantRules
{
    /// <summary>Role of everybody who has none; counts as basic.</summary>
    public const string Everyone = "Internal/everyone";

    /// <summary>Basic role, rate limited.</summary>
    public const string Limited = "Internal/abaco-limited";

    /// <summary>Basic role.</summary>
    public const string User = "Internal/abaco-user";

    private const int LongestUser = 128;

    /// <summary>Every role that opens anything.</summary>
    public static readonly IReadOnlyList<string> Known = [Caller.AdminRole, Caller.PrivilegedRole, User, Limited, Everyone];

    /// <summary>Checks tenant, user and roles.</summary>
    /// <exception cref="UnauthenticatedException">Tenant or user break their rule, or the tenant may not call.</exception>
    /// <exception cref="AbacoException">NotAuthorized: no known role.</exception>
    public static void Check(Claimant claimant, IReadOnlyCollection<string> tenants)
    {
        if (!TenantForm().IsMatch(claimant.Tenant))
            throw new UnauthenticatedException("The tenant must have 1 to 64 letters, digits, dots and hyphens.");
        if (tenants.Count > 0 && !tenants.Contains(claimant.Tenant, StringComparer.OrdinalIgnoreCase))
            throw new UnauthenticatedException($"The tenant {claimant.Tenant} is not served here.");
        if (claimant.User.Length is 0 or > LongestUser || claimant.User.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter)))
            throw new UnauthenticatedException($"The user's name must have 1 to {LongestUser} characters without white space.");
        if (claimant.User == Caller.World)
            throw new UnauthenticatedException($"{Caller.World} stands for every user; nobody can be called so.");
        if (!claimant.Roles.Any(Known.Contains))
            throw new AbacoException(RefusalKind.NotAuthorized, "Not authorized -- missing required role.");
    }

    /// <summary>The user's name in a gateway's claim: up to <c>@</c>, after the last <c>/</c>.</summary>
    public static string UserOf(string claim)
    {
        var name = claim.Split('@', 2)[0];
        return name[(name.LastIndexOf('/') + 1)..];
    }

    /// <summary>The roles of a comma separated claim; a missing one counts as <see cref="Everyone"/>.</summary>
    public static IReadOnlyList<string> RolesOf(string? claim) =>
        claim is null ? [Everyone] : claim.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"\A[A-Za-z0-9.-]{1,64}\z")]
    private static partial Regex TenantForm();
}
