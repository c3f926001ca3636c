using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Auth;

/// <summary>
/// Mode <c>jwt</c>: the assertion of a gateway (WSO2) in the header <c>X-Jwt-Assertion-{TENANT}</c>, whose suffix names the tenant. Only RS256 under the
/// configured key counts, so neither <c>none</c> nor an HMAC made with the public key gets through.
/// </summary>
internal sealed class GatewayAssertion(IOptions<AuthOptions> auth, TimeProvider time) : ICredential, IDisposable
{
    /// <summary>The header's name without the tenant.</summary>
    public const string HeaderPrefix = "X-Jwt-Assertion-";

    private const string UserClaim = "http://wso2.org/claims/enduser";
    private const string RolesClaim = "http://wso2.org/claims/role";
    private const string Algorithm = "RS256";

    // An RSA object is not made for several threads at once.
    private readonly ThreadLocal<RSA> _key = new(() => RsaPublicKey.Read(auth.Value.Jwt.PublicKey!), trackAllValues: true);

    public ValueTask<Claimant?> ReadAsync(HttpContext context)
    {
        string? tenant = null, token = null;
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!name.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
                continue;
            if (tenant is not null || values.Count != 1)
                throw new UnauthenticatedException($"More than one {HeaderPrefix}… header; exactly one names the tenant.");
            (tenant, token) = (name[HeaderPrefix.Length..].ToUpperInvariant(), values[0]);
        }

        return ValueTask.FromResult(tenant is null ? null : Read(tenant, token ?? ""));
    }

    /// <summary>Checks an assertion of a tenant.</summary>
    /// <exception cref="UnauthenticatedException">It is not valid.</exception>
    public Claimant Read(string tenant, string token)
    {
        var jwt = CompactJwt.Parse(token) ?? throw Invalid("it is not a JSON Web Token");
        if (jwt.Algorithm != Algorithm)
            throw Invalid($"only {Algorithm} is accepted");
        if (!_key.Value!.VerifyData(Encoding.ASCII.GetBytes(jwt.Signed), jwt.Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            throw Invalid("its signature does not fit");
        if (auth.Value.Jwt.RequireUnexpired)
            CheckTime(jwt.Claims);
        var user = Text(jwt.Claims, UserClaim) ?? throw Invalid($"the claim {UserClaim} is missing");
        return new Claimant(tenant, ClaimantRules.UserOf(user), ClaimantRules.RolesOf(Text(jwt.Claims, RolesClaim)));
    }

    public void Dispose()
    {
        foreach (var key in _key.Values)
            key.Dispose();
        _key.Dispose();
    }

    private void CheckTime(JsonElement claims)
    {
        if (!claims.TryGetProperty("exp", out var value) || value.ValueKind != JsonValueKind.Number)
            throw Invalid("the claim exp is missing");
        if (ExpiryOf(value.GetDouble()) <= time.GetUtcNow().ToUnixTimeMilliseconds())
            throw Invalid("it has expired");
    }

    /// <summary>Milliseconds since 1970: a claim in seconds that would lie beyond the year 9999 is one in milliseconds, as WSO2 writes it.</summary>
    private static double ExpiryOf(double claim)
    {
        const double LastSecond = 253_402_300_799;
        return claim > LastSecond ? claim : claim * 1_000;
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static UnauthenticatedException Invalid(string reason) => new($"The gateway's assertion is not valid: {reason}.");
}
