using Abaco.Access;
using Abaco.Actors;
using Abaco.Aliases;
using Abaco.Catalog;

namespace Abaco.Cluster.Tests;

public sealed class AliasTests : IAsyncLifetime
{
    private static readonly Caller Alice = AbacoCluster.Alice;
    private static readonly Caller Bob = AbacoCluster.Bob;
    private readonly AbacoCluster _abaco = new();

    public Task InitializeAsync() => _abaco.InitializeAsync();

    public Task DisposeAsync() => _abaco.DisposeAsync();

    [Fact]
    public async Task Create_NameWithUnderscores_ResolvesAndIsListed()
    {
        var actor = await RegisterAsync();

        var alias = await Alias("my_alias.v2").CreateAsync(Alice, actor);

        Assert.Equal(new AliasSnapshot(new AliasKey("dev", "my_alias.v2"), actor.ActorId, "alice"), alias);
        Assert.Equal(actor, await Alias("my_alias.v2").ResolveAsync());
        Assert.Equal([alias], await Catalog.ListAliasesAsync(Alice));
        Assert.Equal(alias, await Alias("my_alias.v2").GetAsync(Alice));
    }

    [Fact]
    public async Task Create_SameNameByManyAtOnce_OneSucceeds()
    {
        var actor = await RegisterAsync();

        var created = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Succeeds(() => Alias("one").CreateAsync(Alice, actor))));

        Assert.Equal(1, created.Count(done => done));
    }

    [Fact]
    public async Task Create_ExistingName_SaysSo()
    {
        var actor = await RegisterAsync();
        await Alias("taken").CreateAsync(Alice, actor);

        await RefusedAsync(RefusalKind.Invalid, "Alias taken already exists.", () => Alias("taken").CreateAsync(Alice, actor));
    }

    [Fact]
    public async Task Create_WithoutUpdateOnActor_IsRefused()
    {
        var actor = await RegisterAsync();
        await _abaco.Actor(actor).SetPermissionAsync(Alice, "bob", PermissionLevel.Execute);

        await RefusedAsync(
            RefusalKind.NotAuthorized, "Not authorized -- you do not have access to this actor.", () => Alias("mine").CreateAsync(Bob, actor));
        Assert.Null(await Alias("mine").ResolveAsync());
    }

    [Fact]
    public async Task Update_NeedsBoth()
    {
        var (first, second) = (await RegisterAsync(), await RegisterAsync());
        var alias = Alias("moving");
        await alias.CreateAsync(Alice, first);

        await RefusedAsync(RefusalKind.NotAuthorized, "Not authorized -- you do not have access to this alias.", () => alias.UpdateAsync(Bob, second));
        await alias.SetPermissionAsync(Alice, "bob", PermissionLevel.Update);
        await RefusedAsync(
            RefusalKind.NotAuthorized,
            "Not authorized -- you do not have UPDATE access to the actor you want to associate with this alias.",
            () => alias.UpdateAsync(Bob, second));
        await _abaco.Actor(second).SetPermissionAsync(Alice, "bob", PermissionLevel.Update);

        Assert.Equal(second.ActorId, (await alias.UpdateAsync(Bob, second)).ActorId);
        Assert.Equal(second, await alias.ResolveAsync());
    }

    [Fact]
    public async Task Delete_FreesTheNameWithItsPermissions()
    {
        var actor = await RegisterAsync();
        await _abaco.Actor(actor).SetPermissionAsync(Alice, "bob", PermissionLevel.Update);
        var alias = Alias("again");
        await alias.CreateAsync(Alice, actor);
        await alias.SetPermissionAsync(Alice, "carol", PermissionLevel.Update);

        await RefusedAsync(RefusalKind.NotAuthorized, "Not authorized -- you do not have access to this alias.", () => alias.DeleteAsync(Bob));
        await alias.DeleteAsync(Alice);

        await RefusedAsync(RefusalKind.NotFound, "No alias found: again.", () => alias.GetAsync(Alice));
        await alias.CreateAsync(Bob, actor);
        Assert.Equal(["bob"], (await alias.GetPermissionsAsync(Bob)).Keys);
    }

    [Fact]
    public async Task DeletedActor_AliasStaysUntilPointedElsewhere()
    {
        var (first, second) = (await RegisterAsync(), await RegisterAsync());
        var alias = Alias("survivor");
        await alias.CreateAsync(Alice, first);

        await _abaco.Actor(first).DeleteAsync(Alice);

        Assert.Equal(first.ActorId, (await alias.GetAsync(Alice)).ActorId);
        await RefusedAsync(RefusalKind.NotFound, $"No actor found with id: {first.ActorId}.", () => _abaco.Actor(first).GetAsync(Alice));
        Assert.Equal(second.ActorId, (await alias.UpdateAsync(Alice, second)).ActorId);
    }

    [Fact]
    public async Task List_HoldsOnlyWhatMayExplicitlyBeRead()
    {
        var actor = await RegisterAsync();
        foreach (var name in new[] { "a", "b", "c" })
            await Alias(name).CreateAsync(Alice, actor);
        await Alias("a").SetPermissionAsync(Alice, "bob", PermissionLevel.Read);
        await Alias("b").SetPermissionAsync(Alice, "bob", PermissionLevel.None);
        await Alias("c").SetPermissionAsync(Alice, Caller.World, PermissionLevel.Read);

        Assert.Equal(["a", "c"], await NamesAsync(Bob));
        Assert.Equal(["c"], await NamesAsync(AbacoCluster.Admin));
        Assert.Equal(["a", "b", "c"], await NamesAsync(Alice));
        Assert.Equal("b", (await Alias("b").GetAsync(AbacoCluster.Admin)).Key.Name);
    }

    [Fact]
    public async Task OtherTenants_NeverSeeIt()
    {
        // A tenant whose name begins like another's, and one that sorts right after it.
        var actor = await RegisterAsync();
        await Alias("sealed").CreateAsync(Alice, actor);
        foreach (var tenant in new[] { "dev2", "de", "dev-", "other" })
        {
            var stranger = AbacoCluster.Admin with { Tenant = tenant, User = "alice" };

            Assert.Empty(await Catalog.ListAliasesAsync(stranger));
            await RefusedAsync(RefusalKind.NotFound, "No alias found: sealed.", () => Alias("sealed").GetAsync(stranger));
            await RefusedAsync(RefusalKind.NotFound, "No alias found: sealed.", () => Alias("sealed").DeleteAsync(stranger));
            await RefusedAsync(RefusalKind.NotFound, "No alias found: sealed.", () => Alias("sealed").UpdateAsync(stranger, actor));
            await RefusedAsync(RefusalKind.NotFound, "No alias found: sealed.", () => Alias("sealed").GetPermissionsAsync(stranger));
            await RefusedAsync(
                RefusalKind.NotFound, "No alias found: sealed.", () => Alias("sealed").SetPermissionAsync(stranger, "alice", PermissionLevel.Update));
            var own = _abaco.Grains.GetGrain<IAliasGrain>(new AliasKey(tenant, "theirs").ToString());
            await RefusedAsync(RefusalKind.NotFound, $"No actor found with id: {actor.ActorId}.", () => own.CreateAsync(stranger, actor));
        }
    }

    private ICatalogGrain Catalog => _abaco.Grains.GetGrain<ICatalogGrain>(0);

    private IAliasGrain Alias(string name) => _abaco.Grains.GetGrain<IAliasGrain>(new AliasKey("dev", name).ToString());

    private async Task<ActorKey> RegisterAsync() => ActorKey.Parse((await _abaco.RegisterAsync(new ActorRequest { Image = "echo" })).GetPrimaryKeyString());

    private async Task<IEnumerable<string>> NamesAsync(Caller caller) => (await Catalog.ListAliasesAsync(caller)).Select(alias => alias.Key.Name);

    private static async Task<bool> Succeeds(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (AbacoException)
        {
            return false;
        }
    }

    private static async Task RefusedAsync(RefusalKind kind, string message, Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<AbacoException>(act);
        Assert.Equal((kind, message), (refusal.Kind, refusal.Message));
    }
}
