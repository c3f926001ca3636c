using Abaco.Access;

namespace Abaco.Grains.Tests.Access;

public sealed class NonceRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly Caller Alice = new("dev", "alice", ["Internal/abaco-user"], "http://localhost");
    private static readonly NonceTarget Actor = NonceTarget.Of(new ActorKey("dev", HashIds.New()));
    private static readonly NonceTarget Alias = NonceTarget.Of(new AliasKey("dev", "my_alias"));

    [Fact]
    public void Create_NothingGiven_TakesTheDefaults()
    {
        var nonce = NonceRules.Create(Alice, Actor, new NonceRequest(null, null, null), Now);

        Assert.Equal((PermissionLevel.Execute, -1, 0), (nonce.Level, nonce.MaxUses, nonce.Uses));
        Assert.Equal(("alice", Now), (nonce.Owner, nonce.Created));
        Assert.Equal(["Internal/abaco-user"], nonce.Roles);
    }

    [Fact]
    public void Create_LevelNone_IsValid() =>
        Assert.Equal(PermissionLevel.None, NonceRules.Create(Alice, Actor, new NonceRequest(PermissionLevel.None, 1, ""), Now).Level);

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    public void Create_BadUses_IsRefused(int uses) => Refused("max_uses:", () => NonceRules.Create(Alice, Actor, new NonceRequest(null, uses, null), Now));

    [Fact]
    public void Create_UpdateOnAlias_IsRefused() =>
        Refused("level:", () => NonceRules.Create(Alice, Alias, new NonceRequest(PermissionLevel.Update, null, null), Now));

    [Fact]
    public void Create_LongDescription_IsRefused() =>
        Refused("description:", () => NonceRules.Create(Alice, Actor, new NonceRequest(null, null, new string('d', 1_025)), Now));

    [Theory]
    [InlineData(PermissionLevel.None, PermissionLevel.Read, false)]
    [InlineData(PermissionLevel.Read, PermissionLevel.Read, true)]
    [InlineData(PermissionLevel.Read, PermissionLevel.Execute, false)]
    [InlineData(PermissionLevel.Execute, PermissionLevel.Read, true)]
    [InlineData(PermissionLevel.Execute, PermissionLevel.Update, false)]
    [InlineData(PermissionLevel.Update, PermissionLevel.Update, true)]
    public void CheckUse_Levels_HigherIncludesLower(PermissionLevel level, PermissionLevel needed, bool opens)
    {
        var nonce = NonceRules.Create(Alice, Actor, new NonceRequest(level, null, null), Now);

        if (opens)
            Assert.Same(nonce, NonceRules.CheckUse(nonce, Actor, needed));
        else
            Refused("Nonce does not have sufficient permissions level.", () => NonceRules.CheckUse(nonce, Actor, needed));
    }

    [Fact]
    public void CheckUse_UsedUp_IsRefused()
    {
        var nonce = NonceRules.Create(Alice, Actor, new NonceRequest(null, 2, null), Now);

        nonce = NonceRules.Used(NonceRules.Used(nonce, Now), Now.AddHours(1));

        Assert.Equal((2, Now.AddHours(1)), (nonce.Uses, nonce.LastUse));
        Refused("No remaining uses left for this nonce.", () => NonceRules.CheckUse(nonce, Actor, PermissionLevel.Read));
    }

    [Fact]
    public void CheckUse_AnotherTarget_DoesNotExist()
    {
        var nonce = NonceRules.Create(Alice, Actor, new NonceRequest(null, null, null), Now);

        Refused("Nonce does not exist.", () => NonceRules.CheckUse(nonce, Alias, PermissionLevel.Read));
        Refused("Nonce does not exist.", () => NonceRules.CheckUse(null, Actor, PermissionLevel.Read));
    }

    [Fact]
    public void Target_ActorAndAlias_NeverMeet()
    {
        // An alias cannot look like an id, but what is kept must not depend on that.
        var id = HashIds.New();

        Assert.NotEqual(NonceTarget.Of(new ActorKey("dev", id)).ToString(), NonceTarget.Of(new AliasKey("dev", id)).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("_")]
    [InlineData("dev_")]
    [InlineData("_abc")]
    [InlineData("devabc")]
    [InlineData("dev_a-b")]
    [InlineData("dev_a/b")]
    public void TryReadKey_NoNonceId_IsNull(string id) => Assert.Null(NonceKey.TryRead(id));

    [Fact]
    public void NewKey_ReadsBackAndIsLong()
    {
        var key = NonceKey.New("DEV.X-1");

        Assert.Equal(key, NonceKey.TryRead(key.ToString()));
        Assert.True(key.Secret.Length >= 20);
    }

    private static void Refused(string start, Action act)
    {
        var refusal = Assert.Throws<AbacoException>(act);
        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.StartsWith(start, refusal.Message);
    }
}
