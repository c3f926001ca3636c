using Abaco.Access;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Auth;

/// <summary>
/// Mode <c>none</c>: everybody is whom the header <c>X-Abaco-User</c> says, or <c>anonymous</c>, of the tenant in header <c>tenant</c> or the configured one, with
/// all roles.
/// </summary>
internal sealed class Anonymous(IOptions<AuthOptions> auth) : ICredential
{
    private static readonly string[] AllRoles = [Caller.AdminRole, Caller.PrivilegedRole, ClaimantRules.User];

    public ValueTask<Claimant?> ReadAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var tenant = headers["tenant"].ToString() is { Length: > 0 } named ? named : auth.Value.Tenant;
        var user = headers["X-Abaco-User"].ToString() is { Length: > 0 } given ? given : "anonymous";
        return ValueTask.FromResult<Claimant?>(new Claimant(tenant, user, AllRoles));
    }
}
