using System.Reflection;
using Abaco.Actors;

namespace Abaco.Cluster.Tests;

/// <summary>Wire names: a renamed or renumbered one breaks rolling upgrades and trusted clients.</summary>
public sealed class TypeAliasesTests
{
    private static readonly Type[] Wire =
    [
        .. typeof(IActorGrain).Assembly.GetTypes().Concat(typeof(ActorGrain).Assembly.GetTypes())
            .Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)
                || (type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))),
    ];

    [Fact]
    public void WireTypes_AllHaveAliases()
    {
        Assert.NotEmpty(Wire);
        Assert.All(Wire, type => Assert.StartsWith("abaco.", Alias(type)));
        Assert.Equal(Wire.Length, Wire.Select(Alias).Distinct().Count());
    }

    [Fact]
    public void GrainMethods_AllHaveAliases() =>
        Assert.All(Wire.Where(type => type.IsInterface).SelectMany(type => type.GetMethods()), method => Assert.True(
            method.GetCustomAttribute<AliasAttribute>() is not null, $"{method.DeclaringType!.Name}.{method.Name} has no alias."));

    [Fact]
    public void WireNames_AreAsPinned()
    {
        var names = Wire.SelectMany(Names).Order(StringComparer.Ordinal).ToList();
        File.WriteAllLines(Path.Combine(AppContext.BaseDirectory, "wire-names.actual.txt"), names);
        var pinned = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "wire-names.txt"));
        Assert.Equal(pinned, names);
    }

    private static IEnumerable<string> Names(Type type)
    {
        yield return Alias(type);
        if (type.IsInterface)
        {
            foreach (var method in type.GetMethods())
                yield return $"{Alias(type)}.{method.GetCustomAttribute<AliasAttribute>()!.Alias}({method.GetParameters().Length})";
        }
        else
        {
            foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
                if (property.GetCustomAttribute<IdAttribute>() is { } id)
                    yield return $"{Alias(type)}#{id.Id}:{property.Name}";
        }
    }

    private static string Alias(Type type) => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? $"{type.Name} has no alias";
}
