using Abaco.Access;
using Abaco.Actors;

namespace Abaco.Cluster.Tests;

public sealed class PermissionTests : IAsyncLifetime
{
    private static readonly Caller Alice = AbacoCluster.Alice;
    private static readonly Caller Bob = AbacoCluster.Bob;
    private readonly AbacoCluster _abaco = new();

    public Task InitializeAsync() => _abaco.InitializeAsync();

    public Task DisposeAsync() => _abaco.DisposeAsync();

    [Fact]
    public async Task SetPermission_EachLevel_OpensWhatItSays()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });

        Assert.Equal(PermissionLevel.None, await actor.GetLevelAsync(Bob));
        await RefusedAsync(() => actor.GetPermissionsAsync(Bob));
        await actor.SetPermissionAsync(Alice, "bob", PermissionLevel.Read);
        await actor.GetAsync(Bob);
        await RefusedAsync(() => actor.SendAsync(Bob, AbacoCluster.Text("x")));
        await actor.SetPermissionAsync(Alice, "bob", PermissionLevel.Execute);
        await actor.SendAsync(Bob, AbacoCluster.Text("x"));
        await RefusedAsync(() => actor.SetPermissionAsync(Bob, "bob", PermissionLevel.Update));
        await RefusedAsync(() => actor.RecordExecutionAsync(Bob, TimeSpan.Zero, 0, 0));
        await actor.SetPermissionAsync(Alice, "bob", PermissionLevel.Update);
        await actor.SetPermissionAsync(Bob, "alice", PermissionLevel.None);

        await RefusedAsync(() => actor.GetAsync(Alice));
        Assert.Equal(["alice NONE", "bob UPDATE"], (await actor.GetPermissionsAsync(Bob)).Select(Shown).Order());
    }

    [Fact]
    public async Task SetPermission_World_ReachesEveryUserOfTheTenantOnly()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });

        await actor.SetPermissionAsync(Alice, Caller.World, PermissionLevel.Execute);

        await actor.SendAsync(Bob, AbacoCluster.Text("x"));
        var refusal = await Assert.ThrowsAsync<AbacoException>(() => actor.GetAsync(Bob with { Tenant = "other" }));
        Assert.Equal(RefusalKind.NotFound, refusal.Kind);
    }

    [Fact]
    public async Task CappedCaller_NeverExceedsItsCap()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var reader = Alice with { Cap = PermissionLevel.Read };

        await actor.GetAsync(reader);

        await RefusedAsync(() => actor.SendAsync(reader, AbacoCluster.Text("x")));
        await RefusedAsync(() => actor.DeleteAsync(reader with { Roles = [Caller.AdminRole] }));
    }

    private static string Shown(KeyValuePair<string, PermissionLevel> entry) => $"{entry.Key} {entry.Value.ToString().ToUpperInvariant()}";

    private static async Task RefusedAsync(Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<AbacoException>(act);
        Assert.Equal(
            (RefusalKind.NotAuthorized, "Not authorized -- you do not have access to this actor."), (refusal.Kind, refusal.Message));
    }
}
