using System.Text.RegularExpressions;
using Abaco.Access;
using Abaco.Api.Http;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Auth;

/// <summary>Establishes who calls. Mode <c>none</c>: header <c>X-Abaco-User</c> or <c>anonymous</c>, header <c>tenant</c> or the configured one, all roles.</summary>
internal sealed partial class Identity(IOptions<AuthOptions> auth, IOptions<WebOptions> web)
{
    private static readonly string[] AllRoles = [Caller.AdminRole, Caller.PrivilegedRole, "Internal/abaco-user"];

    /// <summary>The caller of a request.</summary>
    /// <exception cref="AbacoException">Invalid: a header breaks its rule.</exception>
    public Caller Of(HttpContext context)
    {
        var headers = context.Request.Headers;
        var tenant = headers["tenant"].ToString() is { Length: > 0 } named ? named : auth.Value.Tenant;
        var user = headers["X-Abaco-User"].ToString() is { Length: > 0 } given ? given : "anonymous";
        if (!TenantForm().IsMatch(tenant))
            throw AbacoException.Invalid("Header tenant: 1 to 64 letters, digits, dots and hyphens.");
        if (!UserForm().IsMatch(user))
            throw AbacoException.Invalid("Header X-Abaco-User: 1 to 128 letters, digits and any of . _ @ + -.");
        return new Caller(tenant, user, AllRoles, ApiServer(context.Request));
    }

    private string ApiServer(HttpRequest request) => web.Value.PublicUrl?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host.Value}";

    [GeneratedRegex("^[A-Za-z0-9.-]{1,64}$")]
    private static partial Regex TenantForm();

    [GeneratedRegex("^[A-Za-z0-9._@+-]{1,128}$")]
    private static partial Regex UserForm();
}
