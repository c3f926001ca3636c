using System.Reflection;
using Abaco.Actors;

namespace Abaco.Cluster.Tests;

public sealed class ReferenceTests
{
    private static readonly Assembly Interfaces = typeof(IActorGrain).Assembly;
    private static readonly Assembly Grains = typeof(ActorGrain).Assembly;
    private static readonly Assembly Api = typeof(Abaco.Api.ApiHosting).Assembly;
    private static readonly Assembly Silo = typeof(Abaco.Silo.Workers.WorkerHost).Assembly;

    [Fact]
    public void Interfaces_KnowNothingOfOurs() => Assert.Empty(Ours(Interfaces));

    [Fact]
    public void Grains_KnowInterfacesOnly() => Assert.Equal(["Abaco.Grains.Interfaces"], Ours(Grains));

    [Fact]
    public void Api_KnowsInterfacesOnly() => Assert.Equal(["Abaco.Grains.Interfaces"], Ours(Api));

    [Fact]
    public void DockerClient_IsKnownToSiloOnly()
    {
        Assert.Contains("Docker.DotNet", References(Silo));
        foreach (var other in new[] { Interfaces, Grains, Api })
            Assert.DoesNotContain("Docker.DotNet", References(other));
    }

    [Fact]
    public void Database_IsKnownToGrainsOnly()
    {
        foreach (var other in new[] { Interfaces, Api, Silo })
            Assert.DoesNotContain(References(other), name => name.StartsWith("Microsoft.Data.Sqlite", StringComparison.Ordinal));
    }

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!);

    private static IEnumerable<string> Ours(Assembly assembly) =>
        References(assembly).Where(name => name.StartsWith("Abaco", StringComparison.Ordinal)).Order();
}
