using System.ComponentModel.DataAnnotations;

namespace Abaco.Api.Auth;

/// <summary>Who may call. Configuration section <c>Abaco:Auth</c>.</summary>
internal sealed class AuthOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Abaco:Auth";

    /// <summary>
    /// One or more of <c>none</c> (default; development only: everybody is everybody, so it stands alone), <c>jwt</c> (a gateway's assertion) and <c>bearer</c>,
    /// separated by commas.
    /// </summary>
    public string Mode { get; set; } = "none";

    /// <summary>
    /// Tenant of requests that name none, in mode <c>none</c> and of bearer tokens without a tenant claim. Default <c>DEV</c>; letters, digits, dots and hyphens,
    /// at most 64.
    /// </summary>
    [RegularExpression("^[A-Za-z0-9.-]{1,64}$")]
    public string Tenant { get; set; } = "DEV";

    /// <summary>The tenants that may call, in any case; empty (default): any.</summary>
    public List<string> Tenants { get; set; } = [];

    /// <summary>The gateway's assertions, for mode <c>jwt</c>.</summary>
    public GatewayOptions Jwt { get; set; } = new();

    /// <summary>Bearer tokens of another service, for mode <c>bearer</c>.</summary>
    public BearerOptions Bearer { get; set; } = new();

    /// <summary>Whether a mode is on.</summary>
    public bool Has(string mode) => Modes.Contains(mode);

    private string[] Modes => Mode.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Modes.Length == 0 || Modes.Any(mode => mode is not ("none" or "jwt" or "bearer")))
            yield return new ValidationResult("Abaco:Auth:Mode: must list one or more of none, jwt, bearer.");
        if (Has("none") && Modes.Length > 1)
            yield return new ValidationResult("Abaco:Auth:Mode: none lets everybody in, so it cannot be combined with another mode.");
        if (Has("jwt") && KeyError(Jwt.PublicKey) is { } error)
            yield return new ValidationResult($"Abaco:Auth:Jwt:PublicKey: {error}");
        if (Has("bearer") && Bearer.Authority is null && Bearer.PublicKey is null)
            yield return new ValidationResult("Abaco:Auth:Bearer: mode bearer needs Authority or PublicKey.");
        if (Has("bearer") && Bearer.PublicKey is { } key && KeyError(key) is { } wrong)
            yield return new ValidationResult($"Abaco:Auth:Bearer:PublicKey: {wrong}");
    }

    private static string? KeyError(string? key)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(key))
                return "required; an RSA public key as PEM or as bare base64.";
            RsaPublicKey.Read(key).Dispose();
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }
}

/// <summary>Assertions that a gateway puts into the header <c>X-Jwt-Assertion-{TENANT}</c>. Section <c>Abaco:Auth:Jwt</c>.</summary>
internal sealed class GatewayOptions
{
    /// <summary>The gateway's RSA key, PEM or bare base64 (SubjectPublicKeyInfo), at least 1,024 bits.</summary>
    public string? PublicKey { get; set; }

    /// <summary>Whether an assertion must have an <c>exp</c> that is not past. Default true.</summary>
    public bool RequireUnexpired { get; set; } = true;
}

/// <summary>Tokens in <c>Authorization: Bearer</c>. Section <c>Abaco:Auth:Bearer</c>.</summary>
internal sealed class BearerOptions
{
    /// <summary>Address of the OpenID provider whose keys and issuer are used; or null.</summary>
    [Url]
    public string? Authority { get; set; }

    /// <summary>A static RSA key instead, PEM or bare base64; or null.</summary>
    public string? PublicKey { get; set; }

    /// <summary>The issuer that tokens must name; null: the authority's own, or any with a static key.</summary>
    public string? Issuer { get; set; }

    /// <summary>The audience that tokens must name; null: any.</summary>
    public string? Audience { get; set; }

    /// <summary>Claim of the tenant. Default <c>tenant</c>; a token without it is of the configured tenant.</summary>
    public string TenantClaim { get; set; } = "tenant";

    /// <summary>Claim of the user. Default <c>sub</c>.</summary>
    public string UserClaim { get; set; } = "sub";

    /// <summary>Claim of the roles, a list or separated by commas. Default <c>roles</c>; a token without it has the role <c>Internal/everyone</c>.</summary>
    public string RolesClaim { get; set; } = "roles";
}
