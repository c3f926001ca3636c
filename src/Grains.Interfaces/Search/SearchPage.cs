using Abaco.Actors;
using Abaco.Executions;
using Abaco.Workers;

namespace Abaco.Search;

/// <summary>
/// A page of what a search found, best match first, else in the order of the lists: oldest first. Only the list of the searched kind is filled; it may be
/// shorter than <see cref="Limit"/> when its items are large.
/// </summary>
[GenerateSerializer, Immutable, Alias("abaco.SearchPage")]
public sealed record SearchPage
{
    /// <summary>How many there are in all.</summary>
    [Id(0)] public required long Total { get; init; }

    /// <summary>How many were skipped.</summary>
    [Id(1)] public required int Skip { get; init; }

    /// <summary>How many were asked for at most.</summary>
    [Id(2)] public required int Limit { get; init; }

    /// <summary>Found actors.</summary>
    [Id(3)] public IReadOnlyList<ActorSnapshot> Actors { get; init; } = [];

    /// <summary>Found executions.</summary>
    [Id(4)] public IReadOnlyList<ExecutionSnapshot> Executions { get; init; } = [];

    /// <summary>Found workers.</summary>
    [Id(5)] public IReadOnlyList<WorkerSnapshot> Workers { get; init; } = [];

    /// <summary>Found logs.</summary>
    [Id(6)] public IReadOnlyList<FoundLog> Logs { get; init; } = [];

    /// <summary>How many items the page holds.</summary>
    public int Count => Actors.Count + Executions.Count + Workers.Count + Logs.Count;
}

/// <summary>The log of an ended execution.</summary>
/// <param name="Execution">Whose log it is.</param>
/// <param name="ActorOwner">The actor's owner.</param>
/// <param name="Text">The log; empty when there was none or its time is over.</param>
[GenerateSerializer, Immutable, Alias("abaco.FoundLog")]
public sealed record FoundLog([property: Id(0)] ExecutionKey Execution, [property: Id(1)] string ActorOwner, [property: Id(2)] string Text);
