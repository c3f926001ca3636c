using Abaco.Aliases;

namespace Abaco.Grains.Tests.Access;

public sealed class AliasRulesTests
{
    private static readonly string Id = HashIds.New();

    [Theory]
    [InlineData("jane")]
    [InlineData("my.actor_v2-β")]
    [InlineData("averylongnamethatlookslikeanid")]
    [InlineData("Executions")]
    [InlineData("a%2Fb")]
    [InlineData("_")]
    public void CheckName_Good_Passes(string name) => AliasRules.CheckName(new AliasKey("dev", name));

    public static TheoryData<string> Bad()
    {
        var names = new TheoryData<string>
        {
            "", ".", "..", "a b", "a\tb", "a\u00a0b", "a\0b", Id, $"dev_{Id}", new string('a', 129),
            "executions", "nonces", "logs", "messages", "adapters", "admin", "utilization", "search", "aliases", "configs", "v2",
        };
        foreach (var letter in "\\\":/?#[]@!$&'()*+,;=")
            names.Add($"a{letter}b");
        return names;
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void CheckName_Bad_NamesTheField(string name)
    {
        var refusal = Assert.Throws<AbacoException>(() => AliasRules.CheckName(new AliasKey("dev", name)));

        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.StartsWith("alias:", refusal.Message);
    }

    [Fact]
    public void CheckName_IdOfAnotherTenant_Passes() => AliasRules.CheckName(new AliasKey("dev", $"prod_{Id}"));

    [Theory]
    [InlineData("dev", "a_b.c")]
    [InlineData("DEV-DEVELOP", "_x_")]
    [InlineData("a.b", "c")]
    public void AliasKey_RoundTrips(string tenant, string name) =>
        Assert.Equal(new AliasKey(tenant, name), AliasKey.Parse(new AliasKey(tenant, name).ToString()));

    [Fact]
    public void TryRead_IdAndOwnTenantsId_AreActors()
    {
        Assert.Equal(new ActorKey("dev", Id), ActorKey.TryRead("dev", Id));
        Assert.Equal(new ActorKey("dev", Id), ActorKey.TryRead("dev", $"dev_{Id}"));
        Assert.Null(ActorKey.TryRead("dev", $"prod_{Id}"));
        Assert.Null(ActorKey.TryRead("dev", "classify"));
        Assert.Null(ActorKey.TryRead("dev", ""));
        Assert.Null(ActorKey.TryRead("dev", "_"));
    }
}
