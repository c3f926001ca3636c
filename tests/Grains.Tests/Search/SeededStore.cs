namespace Abaco.Grains.Tests.Search;

/// <summary>A store with two tenants, three actors and five executions; alice may READ A1 of tenant dev only.</summary>
public sealed class SeededStore : IAsyncLifetime
{
    public SearchedStore Store { get; } = new();

    public async Task InitializeAsync()
    {
        var words = SearchedStore.State("alice", "python:3");
        words.StateJson = """{"count":5,"mode":"fast"}""";
        words.Definition = words.Definition! with { Name = "word-count", Hints = ["sync", "nightly"] };
        await Store.AddActorAsync("dev_A1", words);
        await Store.AddActorAsync("dev_B1", "bob");
        await Store.AddActorAsync("other_A1", "alice");
        await Store.SendAsync("dev_A1", "first", "count the words", exitCode: 0, log: "five words counted");
        await Store.SendAsync("dev_A1", "second", "words, words, words", exitCode: 137, log: "Killed: out of memory", received: SearchedStore.Noon.AddDays(1));
        await Store.SendAsync("dev_A1", "third", "wait for me", received: SearchedStore.Noon.AddDays(2));
        await Store.SendAsync("dev_B1", "bobs", "words of bob", exitCode: 0, log: "secret words");
        await Store.SendAsync("other_A1", "elsewhere", "words elsewhere", exitCode: 0, log: "words elsewhere");
    }

    public Task DisposeAsync() => Store.DisposeAsync().AsTask();
}
