namespace Abaco.Api.Tests;

/// <summary>The classes that share one server with the default settings.</summary>
[CollectionDefinition(Name)]
public sealed class SharedServer : ICollectionFixture<AbacoServer>
{
    public const string Name = "one server";
}
