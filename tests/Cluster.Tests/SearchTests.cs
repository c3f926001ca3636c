using Abaco.Access;
using Abaco.Actors;
using Abaco.Catalog;
using Abaco.Search;

namespace Abaco.Cluster.Tests;

public sealed class SearchTests : IAsyncLifetime
{
    private readonly AbacoCluster _abaco = new();

    public Task InitializeAsync() => _abaco.InitializeAsync();

    public Task DisposeAsync() => _abaco.DisposeAsync();

    [Fact]
    public async Task Search_WhatGrainsWrote_IsFoundByItsReadersOnly()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Name = "parrot" });
        var id = (await _abaco.RunAsync(actor, "polly wants a cracker")).Key.ExecutionId;

        Assert.Equal(id, (await SearchAsync(AbacoCluster.Alice, SearchKind.Executions, ("search", "cracker"))).Executions.Single().Key.ExecutionId);
        Assert.Equal("parrot", (await SearchAsync(AbacoCluster.Alice, SearchKind.Actors, ("search", "parrot"))).Actors.Single().Parameters.Name);
        Assert.Equal("polly wants a cracker\n", (await SearchAsync(AbacoCluster.Alice, SearchKind.Logs, ("exactsearch", "wants a"))).Logs.Single().Text);
        Assert.Equal("echo", (await SearchAsync(AbacoCluster.Alice, SearchKind.Workers)).Workers.Single().Image);
        foreach (var kind in Enum.GetValues<SearchKind>())
            foreach (var other in new[] { AbacoCluster.Bob, AbacoCluster.Admin, AbacoCluster.Alice with { Tenant = "other" } })
                Assert.Equal(0, (await SearchAsync(other, kind)).Total);
    }

    [Fact]
    public async Task Search_InOneActor_NeedsReadOnIt()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        await _abaco.RunAsync(actor, "x");
        var request = new SearchRequest(SearchKind.Executions, [new("status", "COMPLETE")], ActorKey.Parse(actor.GetPrimaryKeyString()));
        var catalog = _abaco.Grains.GetGrain<ICatalogGrain>(0);

        var refusal = await Assert.ThrowsAsync<AbacoException>(() => catalog.SearchAsync(AbacoCluster.Bob, request));

        Assert.Equal(RefusalKind.NotAuthorized, refusal.Kind);
        Assert.Equal(1, (await catalog.SearchAsync(AbacoCluster.Admin, request)).Total);
    }

    [Fact]
    public async Task Search_DeletedActor_IsForgotten()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo", Name = "parrot" });
        await _abaco.RunAsync(actor, "cracker");

        await actor.DeleteAsync(AbacoCluster.Alice);

        foreach (var kind in Enum.GetValues<SearchKind>())
            Assert.Equal(0, (await SearchAsync(AbacoCluster.Alice, kind)).Total);
    }

    private Task<SearchPage> SearchAsync(Caller caller, SearchKind kind, params (string Name, string Value)[] arguments) =>
        _abaco.Grains.GetGrain<ICatalogGrain>(0).SearchAsync(
            caller, new SearchRequest(kind, [.. arguments.Select(argument => new SearchArgument(argument.Name, argument.Value))]));
}
