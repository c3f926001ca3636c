using System.Collections.Concurrent;
using Abaco.Executions;
using Abaco.Silo.Workers;

namespace Abaco.Cluster.Tests;

/// <summary>
/// A container runtime without containers: each run is a script that the test gives by image name. It keeps what it saw: who ran, in what order, how many
/// at a time.
/// </summary>
internal sealed class SimulatedRuntime : IContainerRuntime
{
    private readonly ConcurrentDictionary<string, Func<Run, Task<int>>> _images = [];
    private readonly ConcurrentDictionary<string, int> _now = [];
    private int _pulls;

    /// <summary>All runs that began, in order.</summary>
    public ConcurrentQueue<Run> Runs { get; } = [];

    /// <summary>The attempts whose containers may go, in order.</summary>
    public ConcurrentQueue<string> Released { get; } = [];

    /// <summary>The most runs of one actor at a time, by actor key.</summary>
    public ConcurrentDictionary<string, int> Peak { get; } = [];

    /// <summary>Thrown by the next pulls, in order.</summary>
    public ConcurrentQueue<Exception> PullFailures { get; } = [];

    public int Pulls => _pulls;

    /// <summary>Defines what an image's program does; the answer is its exit code.</summary>
    public void Image(string name, Func<Run, Task<int>> program) => _images[name] = program;

    public Task<EngineFacts> ConnectAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new EngineFacts("simulated", "simulated://here", "172.17.0.1"));

    public void Bind(string clusterId)
    {
    }

    public Task<ImageFacts> EnsureImageAsync(string image, bool pull, IProgress<string> progress, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _pulls);
        progress.Report("Pulling");
        if (PullFailures.TryDequeue(out var failure))
            throw failure;
        return _images.ContainsKey(image)
            ? Task.FromResult(new ImageFacts(image))
            : throw new ImageUnavailableException($"no such image: {image}", permanent: true);
    }

    public async Task<Ending> RunAsync(ContainerOrder order, IContainerWatch watch, CancellationToken stop, CancellationToken leave)
    {
        var run = new Run(order, watch, stop);
        Runs.Enqueue(run);
        var actor = order.Execution.Actor.ToString();
        var now = _now.AddOrUpdate(actor, 1, (_, count) => count + 1);
        Peak.AddOrUpdate(actor, now, (_, peak) => Math.Max(peak, now));
        var started = DateTimeOffset.UnixEpoch.AddDays(20_000);
        await watch.CreatedAsync($"container-{order.Execution.ExecutionId}-{order.Attempt}");
        await watch.StartedAsync(started);
        try
        {
            var exitCode = await _images[order.Image](run).WaitAsync(leave);
            return new Ending.Exited(exitCode, """{"Status":"exited"}""", 1_000, 2_000, started, started.AddSeconds(1));
        }
        catch (LostException exception)
        {
            return new Ending.Lost(exception.Message);
        }
        finally
        {
            _now.AddOrUpdate(actor, 0, (_, count) => count - 1);
        }
    }

    public void Release(ContainerKey attempt) => Released.Enqueue(attempt.AttemptName);

    public Task RemoveAsync(ContainerKey attempt, CancellationToken cancellationToken)
    {
        Release(attempt);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyCollection<ContainerKey>> ListAsync(string hostId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyCollection<ContainerKey>>([]);

    public Task DrainAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>One simulated container.</summary>
    internal sealed record Run(ContainerOrder Order, IContainerWatch Watch, CancellationToken Stop)
    {
        /// <summary>The value of an environment variable.</summary>
        public string? Variable(string name) =>
            Order.Environment.LastOrDefault(entry => entry.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

        public string Message => Variable("MSG") ?? "";
    }

    /// <summary>The simulated engine loses the container.</summary>
    internal sealed class LostException(string message) : Exception(message);
}
