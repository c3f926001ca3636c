namespace Abaco.Search;

/// <summary>What is searched.</summary>
[GenerateSerializer, Alias("abaco.SearchKind")]
public enum SearchKind
{
    /// <summary>Executions.</summary>
    Executions,

    /// <summary>Actors.</summary>
    Actors,

    /// <summary>Workers.</summary>
    Workers,

    /// <summary>Logs of ended executions.</summary>
    Logs,
}

/// <summary>One query argument as the client wrote it, decoded.</summary>
/// <param name="Name">Such as <c>status</c> or <c>start_time.gt</c>, in either spelling.</param>
/// <param name="Value">Its text.</param>
[GenerateSerializer, Immutable, Alias("abaco.SearchArgument")]
public sealed record SearchArgument([property: Id(0)] string Name, [property: Id(1)] string Value);

/// <summary>A search (rest-api.md, Search).</summary>
/// <param name="Kind">What is searched.</param>
/// <param name="Arguments">All arguments; those of <see cref="NeverCount"/> are ignored.</param>
/// <param name="Actor">Only in this actor, which needs READ on it; null: in all that the caller may explicitly READ.</param>
/// <param name="ExecutionId">Only this execution of <paramref name="Actor"/>; logs only.</param>
[GenerateSerializer, Immutable, Alias("abaco.SearchRequest")]
public sealed record SearchRequest(
    [property: Id(0)] SearchKind Kind,
    [property: Id(1)] IReadOnlyList<SearchArgument> Arguments,
    [property: Id(2)] ActorKey? Actor = null,
    [property: Id(3)] string? ExecutionId = null)
{
    /// <summary>Query arguments that mean something else wherever they stand, and never make a search of a list.</summary>
    public static readonly IReadOnlySet<string> NeverCount = new HashSet<string> { "wait", "follow", "x-nonce" };
}
