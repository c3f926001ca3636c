using Abaco.Access;
using Abaco.Actors;
using Abaco.Aliases;
using Abaco.Catalog;
using Abaco.Configs;

namespace Abaco.Cluster.Tests;

public sealed class ConfigTests : IAsyncLifetime
{
    private readonly AbacoCluster _abaco = new();

    public Task InitializeAsync() => _abaco.InitializeAsync();

    public Task DisposeAsync() => _abaco.DisposeAsync();

    [Fact]
    public async Task Run_ActorOfConfigs_GetsThemAsOneObject()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        await CreateAsync("url", "\"http://db\"", secret: false, IdOf(actor));
        await CreateAsync("limits", """{"rows":5,"on":true}""", secret: false, IdOf(actor));
        await CreateAsync("password", "\"swordfish\"", secret: true, IdOf(actor));

        await _abaco.RunAsync(actor, "x");

        Assert.Equal("{'limits': {'rows': 5, 'on': True}, 'password': 'swordfish', 'url': 'http://db'}", Configs());
    }

    [Fact]
    public async Task Run_ActorOfNoConfig_GetsAnEmptyObject()
    {
        var (named, other) = (await _abaco.RegisterAsync(new ActorRequest { Image = "echo" }), await _abaco.RegisterAsync(new ActorRequest { Image = "echo" }));
        await CreateAsync("url", "\"x\"", secret: false, IdOf(named));

        await _abaco.RunAsync(other, "x");

        Assert.Equal("{}", Configs());
    }

    [Fact]
    public async Task Run_ConfigNamesAlias_FollowsWhereItPoints()
    {
        var (one, two) = (await _abaco.RegisterAsync(new ActorRequest { Image = "echo" }), await _abaco.RegisterAsync(new ActorRequest { Image = "echo" }));
        var alias = _abaco.Grains.GetGrain<IAliasGrain>("dev_my_alias");
        await alias.CreateAsync(AbacoCluster.Alice, ActorKey.Parse(one.GetPrimaryKeyString()));
        await CreateAsync("url", "\"x\"", secret: false, "my_alias");
        await _abaco.RunAsync(one, "x");
        Assert.Equal("{'url': 'x'}", Configs());

        await alias.UpdateAsync(AbacoCluster.Alice, ActorKey.Parse(two.GetPrimaryKeyString()));

        await _abaco.RunAsync(one, "x");
        Assert.Equal("{}", Configs());
        await _abaco.RunAsync(two, "x");
        Assert.Equal("{'url': 'x'}", Configs());
    }

    [Fact]
    public async Task Run_CreatorLostUpdateOnTheActor_GetsNothing()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var config = _abaco.Grains.GetGrain<IConfigGrain>("dev_bobs");
        await config.CreateAsync(AbacoCluster.Bob, new ConfigRequest("\"smuggled\"", false, IdOf(actor)));
        await _abaco.RunAsync(actor, "x");
        Assert.Equal("{}", Configs());

        await actor.SetPermissionAsync(AbacoCluster.Alice, "bob", PermissionLevel.Update);
        await _abaco.RunAsync(actor, "x");
        Assert.Equal("{'bobs': 'smuggled'}", Configs());

        await actor.SetPermissionAsync(AbacoCluster.Alice, "bob", PermissionLevel.Execute);
        await _abaco.RunAsync(actor, "x");
        Assert.Equal("{}", Configs());
    }

    [Fact]
    public async Task Get_Secret_IsNeverShownAndNotInTheFiles()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var config = await CreateAsync("password", "\"sw0rdfish-in-clear\"", secret: true, IdOf(actor));
        await _abaco.RunAsync(actor, "x");

        Assert.Null((await config.GetAsync(AbacoCluster.Alice)).ValueJson);
        Assert.Null(Assert.Single(await _abaco.Grains.GetGrain<ICatalogGrain>(0).ListConfigsAsync(AbacoCluster.Alice)).ValueJson);
        Assert.DoesNotContain("sw0rdfish", new ConfigRequest("\"sw0rdfish-in-clear\"", true, "a").ToString());
        Assert.Contains("sw0rdfish-in-clear", Configs());
        foreach (var file in Directory.GetFiles(_abaco.Store.Folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var content = new MemoryStream();
            await stream.CopyToAsync(content);
            Assert.True(content.GetBuffer().AsSpan(0, (int)content.Length).IndexOf("sw0rdfish"u8) < 0, $"{file} holds the secret in clear.");
        }
    }

    [Fact]
    public async Task Update_FromClearToSecret_ShowsNothingAnyMore()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var config = await CreateAsync("key", "\"one\"", secret: false, IdOf(actor));

        var updated = await config.UpdateAsync(AbacoCluster.Alice, new ConfigRequest("\"two\"", true, IdOf(actor)));
        await _abaco.RunAsync(actor, "x");

        Assert.Equal((true, null), (updated.IsSecret, updated.ValueJson));
        Assert.Equal("{'key': 'two'}", Configs());
    }

    [Fact]
    public async Task Delete_Config_ReachesNobodyAnyMore()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var config = await CreateAsync("key", "\"one\"", secret: false, IdOf(actor));

        await config.DeleteAsync(AbacoCluster.Alice);
        await _abaco.RunAsync(actor, "x");

        Assert.Equal("{}", Configs());
        Assert.Equal(RefusalKind.NotFound, (await Assert.ThrowsAsync<AbacoException>(() => config.GetAsync(AbacoCluster.Alice))).Kind);
    }

    [Fact]
    public async Task Create_UnknownActorOrTakenName_IsRefused()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        await CreateAsync("key", "\"one\"", secret: false, IdOf(actor));

        var taken = await Assert.ThrowsAsync<AbacoException>(() => CreateAsync("key", "\"two\"", secret: false, IdOf(actor)));
        var unknown = await Assert.ThrowsAsync<AbacoException>(() => CreateAsync("other", "\"two\"", secret: false, $"{IdOf(actor)},nobody"));

        Assert.Equal("Config key already exists.", taken.Message);
        Assert.Equal((RefusalKind.NotFound, "No actor or alias found with id: nobody."), (unknown.Kind, unknown.Message));
    }

    [Fact]
    public async Task Permissions_LevelsAndTenants_AreKept()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var config = await CreateAsync("key", "\"one\"", secret: false, IdOf(actor));
        var request = new ConfigRequest("\"two\"", false, IdOf(actor));
        var stranger = AbacoCluster.Admin with { Tenant = "other" };

        var refused = await Assert.ThrowsAsync<AbacoException>(() => config.GetAsync(AbacoCluster.Bob));
        Assert.Equal((RefusalKind.NotAuthorized, "You do not have sufficient access to this actor config."), (refused.Kind, refused.Message));
        Assert.Equal(RefusalKind.NotFound, (await Assert.ThrowsAsync<AbacoException>(() => config.GetAsync(stranger))).Kind);
        Assert.Equal("key", (await config.GetAsync(AbacoCluster.Admin)).Key.Name);

        await config.SetPermissionAsync(AbacoCluster.Alice, "bob", PermissionLevel.Read);
        Assert.Equal("\"one\"", (await config.GetAsync(AbacoCluster.Bob)).ValueJson);
        Assert.Single(await _abaco.Grains.GetGrain<ICatalogGrain>(0).ListConfigsAsync(AbacoCluster.Bob));
        Assert.Empty(await _abaco.Grains.GetGrain<ICatalogGrain>(0).ListConfigsAsync(AbacoCluster.Admin));
        await Assert.ThrowsAsync<AbacoException>(() => config.UpdateAsync(AbacoCluster.Bob, request));
        await config.SetPermissionAsync(AbacoCluster.Alice, "bob", PermissionLevel.Update);
        Assert.Equal("\"two\"", (await config.UpdateAsync(AbacoCluster.Bob, request)).ValueJson);
    }

    private async Task<IConfigGrain> CreateAsync(string name, string json, bool secret, string actors)
    {
        var config = _abaco.Grains.GetGrain<IConfigGrain>($"dev_{name}");
        await config.CreateAsync(AbacoCluster.Alice, new ConfigRequest(json, secret, actors));
        return config;
    }

    private static string IdOf(IActorGrain actor) => ActorKey.Parse(actor.GetPrimaryKeyString()).ActorId;

    private string? Configs() => _abaco.Runtime.Runs.Last().Variable("_actor_configs");
}
