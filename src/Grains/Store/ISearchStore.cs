using Abaco.Executions;
using Abaco.Search;
using Abaco.Workers;

namespace Abaco.Store;

/// <summary>Where a search looks.</summary>
/// <param name="Tenant">Only in this tenant.</param>
/// <param name="User">Only what this user, or everybody, may explicitly READ; unless <paramref name="Actor"/> is given, which its caller has checked.</param>
/// <param name="Actor">Only in this actor, or null.</param>
/// <param name="ExecutionId">Only this execution of it, or null.</param>
internal sealed record SearchScope(string Tenant, string User, string? Actor, string? ExecutionId);

/// <summary>What was found; only the list of the searched kind is filled.</summary>
/// <param name="Total">How many there are in all.</param>
internal sealed record Found(long Total)
{
    public IReadOnlyList<ActorListing> Actors { get; init; } = [];

    public IReadOnlyList<ExecutionSnapshot> Executions { get; init; } = [];

    public IReadOnlyList<WorkerSnapshot> Workers { get; init; } = [];

    public IReadOnlyList<FoundLog> Logs { get; init; } = [];
}

/// <summary>Searches. They have readers of their own, so that no other read waits for one.</summary>
internal interface ISearchStore
{
    /// <summary>Finds a page: as many items as the query asks for, fewer when they are large.</summary>
    /// <param name="query">What for.</param>
    /// <param name="scope">Where.</param>
    /// <returns>The page and how many there are in all.</returns>
    /// <exception cref="AbacoException">Invalid: the search took too long. Unavailable: too many wait.</exception>
    Task<Found> FindAsync(SearchQuery query, SearchScope scope);
}
