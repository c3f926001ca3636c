using System.Security.Cryptography;
using System.Text;
using Abaco.Api.Auth;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Tests.Auth;

public sealed class GatewayAssertionTests
{
    private const string User = "http://wso2.org/claims/enduser";
    private const string Roles = "http://wso2.org/claims/role";
    private static readonly RSA Key = RSA.Create(1_024);
    private static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
    private static readonly string Good = $$"""{"{{User}}":"CARBON.SUPER/jdoe@carbon.super","{{Roles}}":"Internal/abaco-user, Internal/everyone","exp":{{Now + 600}}}""";

    [Fact]
    public void Read_Good_IsTheUserWithItsRoles()
    {
        var claimant = Read(Token(Good));

        Assert.Equal(("DEV-DEVELOP", "jdoe"), (claimant.Tenant, claimant.User));
        Assert.Equal(["Internal/abaco-user", "Internal/everyone"], claimant.Roles);
    }

    [Fact]
    public void Read_PaddedStandardBase64AndJunkAfterPadding_IsAccepted()
    {
        // 256 bytes of a 2,048-bit signature would end in '==', 128 bytes of this one end in '='.
        var token = Token(Good, standard: true);
        Assert.EndsWith("=", token);

        Assert.Equal("jdoe", Read(token).User);
        Assert.Equal("jdoe", Read(token + "junk.more&junk").User);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_KeyAsPemOrBareBase64_IsAccepted(bool pem) =>
        Assert.Equal("jdoe", Read(Token(Good), options => options.PublicKey = pem ? Key.ExportSubjectPublicKeyInfoPem() : options.PublicKey).User);

    [Fact]
    public void Read_RolesMissing_CountsAsEveryone() =>
        Assert.Equal(["Internal/everyone"], Read(Token($$"""{"{{User}}":"jdoe","exp":{{Now + 600}}}""")).Roles);

    [Fact]
    public void Read_ExpInMilliseconds_IsUnderstood()
    {
        Assert.Equal("jdoe", Read(Token($$"""{"{{User}}":"jdoe","exp":{{(Now + 600) * 1_000}}}""")).User);
        Refused("expired", Token($$"""{"{{User}}":"jdoe","exp":{{(Now - 600) * 1_000}}}"""));
    }

    [Theory]
    [InlineData("-600", "expired")]
    [InlineData("missing", "exp is missing")]
    public void Read_PastOrMissingExp_IsRefusedUnlessConfigured(string exp, string reason)
    {
        var claims = exp == "missing" ? $$"""{"{{User}}":"jdoe"}""" : $$"""{"{{User}}":"jdoe","exp":{{Now + int.Parse(exp)}}}""";

        Refused(reason, Token(claims));
        Assert.Equal("jdoe", Read(Token(claims), options => options.RequireUnexpired = false).User);
    }

    [Fact]
    public void Read_AnotherKey_IsRefused()
    {
        using var other = RSA.Create(2_048);

        Refused("signature", Token(Good, key: other));
    }

    [Fact]
    public void Read_ChangedClaims_IsRefused()
    {
        var parts = Token(Good).Split('.');
        var forged = Url(Encoding.UTF8.GetBytes(Good.Replace("jdoe", "root", StringComparison.Ordinal)));

        Refused("signature", $"{parts[0]}.{forged}.{parts[2]}");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("NONE")]
    [InlineData("RS512")]
    [InlineData("HS256")]
    public void Read_OtherAlgorithms_AreRefused(string algorithm) => Refused("only RS256", Token(Good, $$"""{"alg":"{{algorithm}}","typ":"JWT"}"""));

    [Fact]
    public void Read_AlgNoneWithoutSignature_IsRefused()
    {
        var signed = $"{Url("""{"alg":"none"}"""u8)}.{Url(Encoding.UTF8.GetBytes(Good))}";

        Refused("", $"{signed}.");
    }

    [Fact]
    public void Read_HmacWithThePublicKey_IsRefused()
    {
        var signed = $"{Url("""{"alg":"HS256"}"""u8)}.{Url(Encoding.UTF8.GetBytes(Good))}";
        foreach (var secret in new[] { Key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(Key.ExportSubjectPublicKeyInfoPem()) })
            Refused("only RS256", $"{signed}.{Url(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("e30.e30.e30")]
    [InlineData("W10.e30.AAAA")]
    [InlineData("e30=====.e30.AAAA")]
    [InlineData("!!!.???.###")]
    public void Read_NoToken_IsRefused(string token) => Refused("not a JSON Web Token", token);

    [Fact]
    public void Read_UserMissing_IsRefused() => Refused(User, Token($$"""{"exp":{{Now + 600}}}"""));

    [Fact]
    public async Task ReadAsync_HeaderNamesTheTenantInAnyCase()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["x-jwt-assertion-dev-develop"] = Token(Good);

        Assert.Equal("DEV-DEVELOP", (await Make().ReadAsync(context))!.Tenant);
    }

    [Fact]
    public async Task ReadAsync_NoHeader_IsNotOurs() => Assert.Null(await Make().ReadAsync(new DefaultHttpContext()));

    [Fact]
    public async Task ReadAsync_TwoTenants_IsRefused()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["X-Jwt-Assertion-A"] = Token(Good);
        context.Request.Headers["X-Jwt-Assertion-B"] = Token(Good);

        await Assert.ThrowsAsync<UnauthenticatedException>(async () => await Make().ReadAsync(context));
    }

    [Fact]
    public void RsaPublicKey_Short_IsRefused()
    {
        using var weak = RSA.Create(512);

        Assert.Contains("1024", Assert.Throws<FormatException>(() => RsaPublicKey.Read(weak.ExportSubjectPublicKeyInfoPem())).Message);
        Assert.Throws<FormatException>(() => RsaPublicKey.Read("no key"));
    }

    private static GatewayAssertion Make(Action<GatewayOptions>? change = null)
    {
        var auth = new AuthOptions { Mode = "jwt", Jwt = { PublicKey = Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo()) } };
        change?.Invoke(auth.Jwt);
        return new GatewayAssertion(Options.Create(auth), TimeProvider.System);
    }

    private static Claimant Read(string token, Action<GatewayOptions>? change = null)
    {
        using var gateway = Make(change);
        return gateway.Read("DEV-DEVELOP", token);
    }

    private static void Refused(string reason, string token)
    {
        var refusal = Assert.Throws<UnauthenticatedException>(() => Read(token));
        Assert.StartsWith("The gateway's assertion is not valid: ", refusal.Message);
        Assert.Contains(reason, refusal.Message);
    }

    private static string Token(string claims, string header = """{"typ":"JWT","alg":"RS256"}""", RSA? key = null, bool standard = false)
    {
        Func<byte[], string> write = standard ? Convert.ToBase64String : bytes => Url(bytes);
        var signed = $"{write(Encoding.UTF8.GetBytes(header))}.{write(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{write((key ?? Key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
