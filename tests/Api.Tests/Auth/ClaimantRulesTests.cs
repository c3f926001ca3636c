using System.ComponentModel.DataAnnotations;
using Abaco.Api.Auth;

namespace Abaco.Api.Tests.Auth;

public sealed class ClaimantRulesTests
{
    [Theory]
    [InlineData("jdoe", "jdoe")]
    [InlineData("jdoe@carbon.super", "jdoe")]
    [InlineData("CARBON.SUPER/jdoe@carbon.super", "jdoe")]
    [InlineData("a/b/jdoe", "jdoe")]
    [InlineData("jdoe@a/b", "jdoe")]
    public void UserOf_Claim_IsTheName(string claim, string user) => Assert.Equal(user, ClaimantRules.UserOf(claim));

    [Theory]
    [InlineData("Internal/abaco-admin")]
    [InlineData("Internal/abaco-privileged")]
    [InlineData("Internal/abaco-user")]
    [InlineData("Internal/abaco-limited")]
    [InlineData("Internal/everyone")]
    public void Check_KnownRole_Passes(string role) => ClaimantRules.Check(new Claimant("DEV", "jdoe", ["Application/x", role]), []);

    [Theory]
    [InlineData]
    [InlineData("abaco-user")]
    [InlineData("Internal/subscriber")]
    public void Check_NoKnownRole_IsNotAuthorized(params string[] roles)
    {
        var refusal = Assert.Throws<AbacoException>(() => ClaimantRules.Check(new Claimant("DEV", "jdoe", roles), []));

        Assert.Equal(RefusalKind.NotAuthorized, refusal.Kind);
    }

    [Theory]
    [InlineData("DEV", true)]
    [InlineData("dev", true)]
    [InlineData("PROD", false)]
    public void Check_TenantsListed_OnlyThoseMayCall(string tenant, bool may) =>
        Assert.Equal(!may, Record.Exception(() => ClaimantRules.Check(new Claimant(tenant, "jdoe", [ClaimantRules.User]), ["DEV"])) is UnauthenticatedException);

    [Theory]
    [InlineData("", "jdoe")]
    [InlineData("a_b", "jdoe")]
    [InlineData("DEV\n", "jdoe")]
    [InlineData("DEV", "")]
    [InlineData("DEV", "a b")]
    [InlineData("DEV", "ABACO_WORLD")]
    public void Check_BadNames_AreUnauthenticated(string tenant, string user) =>
        Assert.Throws<UnauthenticatedException>(() => ClaimantRules.Check(new Claimant(tenant, user, [ClaimantRules.User]), []));

    [Theory]
    [InlineData("none", true)]
    [InlineData("", false)]
    [InlineData("basic", false)]
    [InlineData("none,jwt", false)]
    [InlineData("jwt", false)]
    [InlineData("bearer", false)]
    public void Options_Mode_IsValidated(string mode, bool valid)
    {
        var options = new AuthOptions { Mode = mode };

        Assert.Equal(valid, Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true));
    }
}
