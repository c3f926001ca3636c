using Abaco.Actors;
using Abaco.Workers;

namespace Abaco.Catalog;

/// <summary>An actor as admins see it.</summary>
/// <param name="Actor">The actor.</param>
/// <param name="Workers">Its workers, oldest first.</param>
/// <param name="Messages">How many messages wait.</param>
/// <param name="Executions">How many executions it has.</param>
/// <param name="Runtime">How long they ran in all.</param>
[GenerateSerializer, Immutable, Alias("abaco.ActorReport")]
public sealed record ActorReport(
    [property: Id(0)] ActorSnapshot Actor,
    [property: Id(1)] IReadOnlyList<WorkerSnapshot> Workers,
    [property: Id(2)] long Messages,
    [property: Id(3)] long Executions,
    [property: Id(4)] TimeSpan Runtime);

/// <summary>All workers of a tenant.</summary>
/// <param name="Workers">In order of their actors.</param>
/// <param name="ActorsWithoutWorkers">How many actors have none.</param>
[GenerateSerializer, Immutable, Alias("abaco.WorkersReport")]
public sealed record WorkersReport([property: Id(0)] IReadOnlyList<WorkerSnapshot> Workers, [property: Id(1)] long ActorsWithoutWorkers);

/// <summary>Sums over executions.</summary>
/// <param name="Actors">Of how many actors.</param>
/// <param name="ActorsWithExecutions">How many of those have any execution.</param>
/// <param name="Executions">How many executions.</param>
/// <param name="Runtime">How long they ran.</param>
/// <param name="CpuNanoseconds">CPU time in nanoseconds.</param>
/// <param name="IoBytes">Bytes received on the network.</param>
[GenerateSerializer, Immutable, Alias("abaco.ExecutionTotals")]
public sealed record ExecutionTotals(
    [property: Id(0)] long Actors,
    [property: Id(1)] long ActorsWithExecutions,
    [property: Id(2)] long Executions,
    [property: Id(3)] TimeSpan Runtime,
    [property: Id(4)] long CpuNanoseconds,
    [property: Id(5)] long IoBytes)
{
    /// <summary>Adds two sums.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    /// <returns>The sum of both.</returns>
    public static ExecutionTotals operator +(ExecutionTotals one, ExecutionTotals other) => new(
        one.Actors + other.Actors, one.ActorsWithExecutions + other.ActorsWithExecutions, one.Executions + other.Executions, one.Runtime + other.Runtime,
        one.CpuNanoseconds + other.CpuNanoseconds, one.IoBytes + other.IoBytes);
}

/// <summary>The executions of one actor in sum.</summary>
/// <param name="ActorId">The actor.</param>
/// <param name="Owner">Who registered it.</param>
/// <param name="Image">Its image.</param>
/// <param name="Totals">Its sums.</param>
[GenerateSerializer, Immutable, Alias("abaco.ActorTotals")]
public sealed record ActorTotals(
    [property: Id(0)] string ActorId, [property: Id(1)] string Owner, [property: Id(2)] string Image, [property: Id(3)] ExecutionTotals Totals);

/// <summary>The executions of a tenant in sum.</summary>
/// <param name="Actors">Each actor there is, oldest first.</param>
/// <param name="Existing">All of them together.</param>
/// <param name="All">And those that were deleted.</param>
[GenerateSerializer, Immutable, Alias("abaco.ExecutionsReport")]
public sealed record ExecutionsReport(
    [property: Id(0)] IReadOnlyList<ActorTotals> Actors, [property: Id(1)] ExecutionTotals Existing, [property: Id(2)] ExecutionTotals All);

/// <summary>How busy a tenant is.</summary>
/// <param name="CurrentActors">Actors there are.</param>
/// <param name="TotalActors">Actors there ever were.</param>
/// <param name="Workers">Workers that stand.</param>
/// <param name="CommandQueue">Actors that wait for a worker: those with waiting messages, and new ones.</param>
[GenerateSerializer, Immutable, Alias("abaco.Utilization")]
public sealed record Utilization(
    [property: Id(0)] long CurrentActors, [property: Id(1)] long TotalActors, [property: Id(2)] long Workers, [property: Id(3)] long CommandQueue);
