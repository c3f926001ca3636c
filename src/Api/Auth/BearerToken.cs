using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Abaco.Api.Auth;

/// <summary>Mode <c>bearer</c>: a token of another service in <c>Authorization: Bearer</c>, checked by ASP.NET Core.</summary>
internal sealed class BearerToken(IOptions<AuthOptions> auth) : ICredential
{
    /// <summary>Name of the authentication scheme.</summary>
    public const string Scheme = "bearer";

    private const string RolePrefix = "Internal/";

    /// <summary>Signatures that only the holder of a private key can make; never an HMAC.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    public async ValueTask<Claimant?> ReadAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(Scheme);
        if (result.None)
            return null;
        if (result.Principal is not { } principal)
            throw new UnauthenticatedException(result.Failure is SecurityTokenExpiredException
                ? "The bearer token has expired."
                : "The bearer token is not valid.");
        var names = auth.Value.Bearer;
        var user = principal.FindFirstValue(names.UserClaim)
            ?? throw new UnauthenticatedException($"The bearer token is not valid: the claim {names.UserClaim} is missing.");
        return new Claimant(principal.FindFirstValue(names.TenantClaim) ?? auth.Value.Tenant, user, Roles(principal, names.RolesClaim));
    }

    /// <summary>Says how ASP.NET Core is to check tokens.</summary>
    public static void Configure(JwtBearerOptions jwt, BearerOptions options)
    {
        jwt.MapInboundClaims = false;
        jwt.Authority = options.Authority;
        jwt.RequireHttpsMetadata = options.Authority is { } url && !new Uri(url).IsLoopback;
        var rules = jwt.TokenValidationParameters;
        rules.ValidAlgorithms = Algorithms;
        rules.ValidIssuer = options.Issuer;
        rules.ValidateIssuer = options.Issuer is not null || options.Authority is not null;
        rules.ValidAudience = options.Audience;
        rules.ValidateAudience = options.Audience is not null;
        rules.ClockSkew = TimeSpan.FromSeconds(30);
        if (options.PublicKey is { } key)
            rules.IssuerSigningKey = new RsaSecurityKey(RsaPublicKey.Read(key));
    }

    /// <summary>Roles with or without their prefix, in one claim or in several.</summary>
    private static IReadOnlyList<string> Roles(ClaimsPrincipal principal, string claim)
    {
        var values = principal.FindAll(claim).Select(found => found.Value).ToList();
        return values.Count == 0
            ? ClaimantRules.RolesOf(null)
            : [.. values.SelectMany(ClaimantRules.RolesOf).Select(role => role.StartsWith(RolePrefix, StringComparison.Ordinal) ? role : RolePrefix + role)];
    }
}
