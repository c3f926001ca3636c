using Abaco.Actors;
using Abaco.Executions;

namespace Abaco.Silo.Workers;

/// <summary>What the engine says of itself.</summary>
/// <param name="EngineId">The engine's own id: hosts of one engine share it.</param>
/// <param name="Location">Its address, such as <c>unix:///var/run/docker.sock</c>.</param>
/// <param name="Gateway">Address of the host on the network that containers use, when that network is a bridge; else null.</param>
internal sealed record EngineFacts(string EngineId, string Location, string? Gateway);

/// <summary>An image that is present.</summary>
/// <param name="Id">The engine's content id of the image.</param>
internal sealed record ImageFacts(string Id);

/// <summary>An image cannot be had.</summary>
/// <param name="message">The engine's own words.</param>
/// <param name="permanent">Whether trying again cannot help: it does not exist, access is denied, or it has no command.</param>
internal sealed class ImageUnavailableException(string message, bool permanent) : Exception(message)
{
    /// <summary>Whether trying again cannot help.</summary>
    public bool Permanent { get; } = permanent;
}

/// <summary>Names one attempt's container and its files.</summary>
/// <param name="HostId">The host that held the lease.</param>
/// <param name="ExecutionId">The execution.</param>
/// <param name="Attempt">The attempt, from 1.</param>
internal readonly record struct ContainerKey(string HostId, string ExecutionId, int Attempt)
{
    /// <summary>Short name of the attempt.</summary>
    public string AttemptName => $"{ExecutionId}-{Attempt}";
}

/// <summary>Everything that one container is made from.</summary>
internal sealed record ContainerOrder
{
    /// <summary>The execution.</summary>
    public required ExecutionKey Execution { get; init; }

    /// <summary>The attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>The worker.</summary>
    public required string WorkerId { get; init; }

    /// <summary>The host that holds the lease: it labels the container and names the folder of its files.</summary>
    public required string HostId { get; init; }

    /// <summary>Names its container and files.</summary>
    public ContainerKey Key => new(HostId, Execution.ExecutionId, Attempt);

    /// <summary>Image reference.</summary>
    public required string Image { get; init; }

    /// <summary>Environment, <c>NAME=VALUE</c> in order; a bare <c>NAME</c> removes the image's variable.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary><c>uid:gid</c>, or null for the image's own user.</summary>
    public string? User { get; init; }

    /// <summary>Memory limit in bytes, null: unlimited.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>CPU limit in nanocpus, null: unlimited.</summary>
    public long? NanoCpus { get; init; }

    /// <summary>Mounts besides <c>/_abaco</c>.</summary>
    public IReadOnlyList<ActorMount> Mounts { get; init; } = [];

    /// <summary>Privileged, with the engine's socket.</summary>
    public bool Privileged { get; init; }

    /// <summary>After this time: SIGTERM, grace, SIGKILL. Null: never.</summary>
    public TimeSpan? MaxRunTime { get; init; }

    /// <summary>Whether the attempt's container was started by an earlier process: if it is gone, the attempt is lost, never begun again.</summary>
    public bool MustStand { get; init; }

    /// <summary>Reads one chunk of the binary message, null after the last; the property is null when the message is not binary.</summary>
    public Func<int, Task<byte[]?>>? ReadBodyChunk { get; init; }
}

/// <summary>Hears what a running container says, in order; calls are awaited one after the other.</summary>
internal interface IContainerWatch
{
    /// <summary>The container exists and is about to be started.</summary>
    /// <param name="containerId">The engine's id.</param>
    /// <returns>When noted.</returns>
    Task CreatedAsync(string containerId);

    /// <summary>The container was started.</summary>
    /// <param name="time">The engine's start time, or now.</param>
    /// <returns>When noted.</returns>
    Task StartedAsync(DateTimeOffset time);

    /// <summary>More log, decoded; invalid UTF-8 replaced; not yet cut. At most 1 s after it was written, in pieces of at most 256 Ki characters.</summary>
    /// <param name="text">The piece.</param>
    /// <returns>False: the log limit is reached, nothing more is wanted (the runtime goes on reading, so that the program never blocks).</returns>
    Task<bool> LogAsync(string text);

    /// <summary>A result datagram; it counts when the task has completed.</summary>
    /// <param name="bytes">At most 131,072 bytes; may be empty.</param>
    /// <returns>When durable.</returns>
    Task ResultAsync(byte[] bytes);
}

/// <summary>
/// Runs containers on one engine. The seam between a worker and how its containers come to be: Docker here, a simulation in tests, prepared containers later.
/// </summary>
internal interface IContainerRuntime
{
    /// <summary>Asks the engine who it is.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Its facts.</returns>
    /// <exception cref="EngineUnavailableException">It does not answer.</exception>
    Task<EngineFacts> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Binds the runtime to its cluster, which labels every container; called once, after <see cref="ConnectAsync"/>.</summary>
    /// <param name="clusterId">The cluster's id.</param>
    void Bind(string clusterId);

    /// <summary>Makes sure that the image is present: looked up locally, pulled otherwise (one pull for concurrent requests).</summary>
    /// <param name="image">The reference.</param>
    /// <param name="pull">Pull though it is present (<c>force</c>). When the registry cannot be reached or does not have it, a present image serves.</param>
    /// <param name="progress">Hears short lines such as <c>Downloading 12.3 of 80.0 MB</c>, at most about two a second.</param>
    /// <param name="cancellationToken">Stops waiting; the pull goes on for others.</param>
    /// <returns>The image.</returns>
    /// <exception cref="ImageUnavailableException">It cannot be had; the engine's words.</exception>
    /// <exception cref="EngineUnavailableException">The engine does not answer.</exception>
    Task<ImageFacts> EnsureImageAsync(string image, bool pull, IProgress<string> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Runs one attempt's container to its end. Begun again for an attempt whose container stands already (after a restart), it attaches to it instead, and
    /// tells its log from the beginning. Never throws for what the container does: that is an ending. While the engine is away it waits.
    /// </summary>
    /// <param name="order">What to run.</param>
    /// <param name="watch">Hears what happens.</param>
    /// <param name="stop">Cancelled: stop the container (SIGTERM, kill grace, SIGKILL) and return its ending.</param>
    /// <param name="leave">Cancelled: leave the container as it is and throw <see cref="OperationCanceledException"/>; a later process finds it.</param>
    /// <returns>How it ended; all log and results have been told to <paramref name="watch"/> before.</returns>
    Task<Ending> RunAsync(ContainerOrder order, IContainerWatch watch, CancellationToken stop, CancellationToken leave);

    /// <summary>
    /// The attempt's outcome is recorded: its container and files may go, in the background. Not before, so that a crash between the container's end and the
    /// record finds the container.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    void Release(ContainerKey attempt);

    /// <summary>Removes an attempt's container, running or not, and its files; used where the next attempt must not overlap it.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>When both are gone.</returns>
    Task RemoveAsync(ContainerKey attempt, CancellationToken cancellationToken);

    /// <summary>Lists the containers and folders of a host, those that have ended too.</summary>
    /// <param name="hostId">The host.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Their attempts, each once.</returns>
    Task<IReadOnlyCollection<ContainerKey>> ListAsync(string hostId, CancellationToken cancellationToken);

    /// <summary>Waits until background removals are done.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>When idle.</returns>
    Task DrainAsync(CancellationToken cancellationToken);
}

/// <summary>The engine does not answer.</summary>
/// <param name="message">What was tried and what happened.</param>
/// <param name="inner">The cause.</param>
internal sealed class EngineUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
