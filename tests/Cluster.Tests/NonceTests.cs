using Abaco.Access;
using Abaco.Actors;
using Abaco.Aliases;
using Abaco.Catalog;
using Abaco.Workers;

namespace Abaco.Cluster.Tests;

public sealed class NonceTests : IAsyncLifetime
{
    private static readonly Caller Alice = AbacoCluster.Alice;
    private static readonly Caller Bob = AbacoCluster.Bob;
    private readonly AbacoCluster _abaco = new();

    public Task InitializeAsync() => _abaco.InitializeAsync();

    public Task DisposeAsync() => _abaco.DisposeAsync();

    [Fact]
    public async Task Redeem_FiftyAtOnce_ExactlyMaxUsesSucceed()
    {
        var target = NonceTarget.Of(await RegisterAsync());
        var nonce = await CreateAsync(Alice, target, new NonceRequest(null, 7, null));

        var redeemed = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TriesAsync(nonce, target)));

        Assert.Equal(7, redeemed.Count(done => done));
        var shown = await Nonce(nonce).GetAsync(Alice, target);
        Assert.Equal((7, 0), (shown.Uses, shown.RemainingUses));
        Assert.NotNull(shown.LastUseTime);
    }

    [Fact]
    public async Task Identify_IsTheOwnerWithItsRolesAtItsLevelAndCostsNothing()
    {
        var target = NonceTarget.Of(await RegisterAsync());
        var caller = Alice with { Roles = [Caller.PrivilegedRole] };
        var nonce = await CreateAsync(caller, target, new NonceRequest(PermissionLevel.Read, 1, "for a friend"));

        var owner = await Nonce(nonce).IdentifyAsync(target, PermissionLevel.Read);

        Assert.Equal(("alice", PermissionLevel.Read), (owner.User, owner.Level));
        Assert.Equal([Caller.PrivilegedRole], owner.Roles);
        var shown = await Nonce(nonce).GetAsync(Alice, target);
        Assert.Equal((0, 1, "for a friend"), (shown.Uses, shown.RemainingUses, shown.Description));
    }

    [Fact]
    public async Task Create_NeedsUpdate()
    {
        var actor = await RegisterAsync();
        await _abaco.Actor(actor).SetPermissionAsync(Alice, "bob", PermissionLevel.Execute);

        await RefusedAsync(
            RefusalKind.NotAuthorized, "Not authorized -- you do not have access to this actor.", () => CreateAsync(Bob, NonceTarget.Of(actor), Plain));
    }

    [Fact]
    public async Task List_HidesWhatIsAboveTheCaller()
    {
        var actor = await RegisterAsync();
        var target = NonceTarget.Of(actor);
        foreach (var level in Enum.GetValues<PermissionLevel>())
            await CreateAsync(Alice, target, new NonceRequest(level, null, level.ToString()));
        await _abaco.Actor(actor).SetPermissionAsync(Alice, "bob", PermissionLevel.Read);

        Assert.Equal(["None", "Read"], await DescriptionsAsync(Bob, target));
        Assert.Equal(["Execute", "None", "Read", "Update"], await DescriptionsAsync(Alice, target));
        Assert.Equal(["Execute", "None", "Read"], await DescriptionsAsync(Alice with { Cap = PermissionLevel.Execute }, target));
        var above = (await Catalog.ListNoncesAsync(Alice, target)).Single(nonce => nonce.Level == PermissionLevel.Update);
        await RefusedAsync(RefusalKind.NotFound, "Nonce does not exist.", () => Nonce(above.Id).GetAsync(Bob, target));
    }

    [Fact]
    public async Task Nonce_WorksOnlyWhereItBelongs()
    {
        var (actor, other) = (await RegisterAsync(), await RegisterAsync());
        var alias = await AliasAsync("only_here", actor);
        var ofActor = await CreateAsync(Alice, NonceTarget.Of(actor), Plain);
        var ofAlias = await CreateAsync(Alice, NonceTarget.Of(alias), Plain);

        Assert.True(await TriesAsync(ofActor, NonceTarget.Of(actor)));
        Assert.True(await TriesAsync(ofAlias, NonceTarget.Of(alias)));
        Assert.False(await TriesAsync(ofActor, NonceTarget.Of(alias)));
        Assert.False(await TriesAsync(ofAlias, NonceTarget.Of(actor)));
        Assert.False(await TriesAsync(ofActor, NonceTarget.Of(other)));
        await RefusedAsync(RefusalKind.NotFound, "Nonce does not exist.", () => Nonce(ofActor).GetAsync(Alice, NonceTarget.Of(other)));
        await RefusedAsync(RefusalKind.NotFound, "Nonce does not exist.", () => Nonce(ofActor).DeleteAsync(Alice, NonceTarget.Of(alias)));
        Assert.Single(await Catalog.ListNoncesAsync(Alice, NonceTarget.Of(alias)), nonce => nonce.ActorId == actor.ActorId);
    }

    [Fact]
    public async Task AliasNonce_NeedsBothAliasAndActor()
    {
        var actor = await RegisterAsync();
        var alias = await AliasAsync("both", actor);
        await Alias(alias).SetPermissionAsync(Alice, "bob", PermissionLevel.Update);

        await RefusedAsync(
            RefusalKind.NotAuthorized,
            "Not authorized -- you do not have access to this alias and actor.",
            () => CreateAsync(Bob, NonceTarget.Of(alias), Plain));
        await _abaco.Actor(actor).SetPermissionAsync(Alice, "bob", PermissionLevel.Update);

        Assert.NotNull(await CreateAsync(Bob, NonceTarget.Of(alias), Plain));
    }

    [Fact]
    public async Task Delete_Nonce_OpensNothingAnyMore()
    {
        var target = NonceTarget.Of(await RegisterAsync());
        var nonce = await CreateAsync(Alice, target, Plain);

        await Nonce(nonce).DeleteAsync(Alice, target);

        await RefusedAsync(RefusalKind.Invalid, "Nonce does not exist.", () => Nonce(nonce).RedeemAsync(target, PermissionLevel.Read));
        Assert.Empty(await Catalog.ListNoncesAsync(Alice, target));
    }

    [Fact]
    public async Task Delete_Alias_RemovesItsNoncesForWhoeverTakesTheNameNext()
    {
        var actor = await RegisterAsync();
        var alias = await AliasAsync("again", actor);
        List<string> nonces = [];
        for (var i = 0; i < 120; i++)
            nonces.Add(await CreateAsync(Alice, NonceTarget.Of(alias), Plain));

        await Alias(alias).DeleteAsync(Alice);
        await AliasAsync("again", actor);

        Assert.Empty(await Catalog.ListNoncesAsync(Alice, NonceTarget.Of(alias)));
        foreach (var nonce in nonces)
            Assert.False(await TriesAsync(nonce, NonceTarget.Of(alias)));
    }

    [Fact]
    public async Task Delete_Actor_RemovesItsNonces()
    {
        var actor = await RegisterAsync();
        var nonce = await CreateAsync(Alice, NonceTarget.Of(actor), Plain);

        await _abaco.Actor(actor).DeleteAsync(Alice);
        await _abaco.Grains.GetGrain<IActorWork>(actor.ToString()).SettleAsync();

        Assert.False(await TriesAsync(nonce, NonceTarget.Of(actor)));
        Assert.Empty(await _abaco.Store.GrainStates.ListNoncesAsync(NonceTarget.Of(actor).ToString(), 10));
    }

    [Fact]
    public async Task OtherTenants_NeverSeeIt()
    {
        var target = NonceTarget.Of(await RegisterAsync());
        var nonce = await CreateAsync(Alice, target, Plain);
        var stranger = AbacoCluster.Admin with { Tenant = "other", User = "alice" };

        await RefusedAsync(RefusalKind.NotFound, "Nonce does not exist.", () => Nonce(nonce).GetAsync(stranger, target));
        await RefusedAsync(RefusalKind.NotFound, "Nonce does not exist.", () => Nonce(nonce).DeleteAsync(stranger, target));
        await RefusedAsync(RefusalKind.NotFound, "Nonce does not exist.", () => Catalog.ListNoncesAsync(stranger, target));
        await RefusedAsync(RefusalKind.NotFound, "Nonce does not exist.", () => CreateAsync(stranger, target, Plain));
    }

    private static NonceRequest Plain { get; } = new(null, null, null);

    private ICatalogGrain Catalog => _abaco.Grains.GetGrain<ICatalogGrain>(0);

    private INonceGrain Nonce(string id) => _abaco.Grains.GetGrain<INonceGrain>(id);

    private IAliasGrain Alias(AliasKey key) => _abaco.Grains.GetGrain<IAliasGrain>(key.ToString());

    private async Task<ActorKey> RegisterAsync() => ActorKey.Parse((await _abaco.RegisterAsync(new ActorRequest { Image = "echo" })).GetPrimaryKeyString());

    private async Task<AliasKey> AliasAsync(string name, ActorKey actor)
    {
        var key = new AliasKey("dev", name);
        await Alias(key).CreateAsync(Alice, actor);
        return key;
    }

    private async Task<string> CreateAsync(Caller caller, NonceTarget target, NonceRequest request) =>
        (await Nonce(NonceKey.New(caller.Tenant).ToString()).CreateAsync(caller, target, request)).Id;

    private async Task<IEnumerable<string?>> DescriptionsAsync(Caller caller, NonceTarget target) =>
        (await Catalog.ListNoncesAsync(caller, target)).Select(nonce => nonce.Description).Order();

    private async Task<bool> TriesAsync(string nonce, NonceTarget target)
    {
        try
        {
            await Nonce(nonce).RedeemAsync(target, PermissionLevel.Read);
            return true;
        }
        catch (AbacoException refusal)
        {
            Assert.Equal(RefusalKind.Invalid, refusal.Kind);
            return false;
        }
    }

    private static async Task RefusedAsync(RefusalKind kind, string message, Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<AbacoException>(act);
        Assert.Equal((kind, message), (refusal.Kind, refusal.Message));
    }
}
