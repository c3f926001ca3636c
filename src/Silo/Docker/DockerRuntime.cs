using Abaco.Executions;
using Abaco.Silo.Hosting;
using Abaco.Silo.Workers;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;

namespace Abaco.Silo.Docker;

/// <summary>Runs containers on one Docker engine. Nothing without this cluster's label is ever listed, stopped or removed.</summary>
internal sealed class DockerRuntime : IContainerRuntime, IDisposable
{
    private readonly DockerEngine _engine;
    private readonly EngineCalls _calls;
    private readonly ImagePuller _puller;
    private readonly WorkersOptions _options;
    private readonly TimeProvider _time;
    private readonly Remover _remover;
    private readonly string _root;
    private RunContext? _context;

    public DockerRuntime(IOptions<WorkersOptions> options, DataDirectory data, TimeProvider time, ILogger<DockerRuntime> log)
    {
        _options = options.Value;
        _time = time;
        _engine = new DockerEngine(_options.DockerHost);
        _calls = new EngineCalls(_engine, time);
        _puller = new ImagePuller(_engine, new RegistryCredentials(_options), time);
        _remover = new Remover(_calls, time, log);
        _root = Path.Combine(data.Path, "x");
        var longest = new RunDirectory(_root, new ContainerKey(new string('h', HostNumber.LongestId), new string('e', 16), 99)).SocketPath;
        if (longest.Length > RunDirectory.LongestSocketPath)
        {
            throw new OptionsValidationException(
                "Abaco:DataDirectory", typeof(string),
                [$"Abaco:DataDirectory: '{data.Path}' is too long; socket paths under it would pass {RunDirectory.LongestSocketPath} bytes."]);
        }
    }

    /// <inheritdoc/>
    public Task<EngineFacts> ConnectAsync(CancellationToken cancellationToken) => _engine.ReadFactsAsync(_options.NetworkMode, cancellationToken);

    /// <inheritdoc/>
    public void Bind(string clusterId)
    {
        Directory.CreateDirectory(_root);
        _context = new RunContext(_engine, _calls, _options, _root, clusterId, _time);
    }

    /// <inheritdoc/>
    public Task<ImageFacts> EnsureImageAsync(string image, bool pull, IProgress<string> progress, CancellationToken cancellationToken) =>
        _puller.EnsureAsync(image, pull, progress, cancellationToken);

    /// <inheritdoc/>
    public Task<Ending> RunAsync(ContainerOrder order, IContainerWatch watch, CancellationToken stop, CancellationToken leave) =>
        new ContainerRun(_context!, order, watch).RunAsync(stop, leave);

    /// <inheritdoc/>
    public void Release(ContainerKey attempt) => _remover.Begin(NameOf(attempt), () => Clean(attempt));

    /// <inheritdoc/>
    public Task RemoveAsync(ContainerKey attempt, CancellationToken cancellationToken) =>
        _remover.Begin(NameOf(attempt), () => Clean(attempt)).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyCollection<ContainerKey>> ListAsync(string hostId, CancellationToken cancellationToken)
    {
        var filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool>
            {
                [$"{ContainerSpec.ClusterLabel}={_context!.ClusterId}"] = true,
                [$"{ContainerSpec.HostLabel}={hostId}"] = true,
            },
        };
        var found = await _calls.AnsweredAsync(
            () => _engine.Client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = filters }, cancellationToken),
            cancellationToken);
        var attempts = RunDirectory.Of(_root, hostId).ToHashSet();
        foreach (var container in found)
        {
            var attempt = ContainerSpec.LabelOf(container.Labels, ContainerSpec.AttemptLabel);
            attempts.Add(new ContainerKey(hostId, ContainerSpec.LabelOf(container.Labels, ContainerSpec.ExecutionLabel), int.Parse(attempt)));
        }

        return attempts;
    }

    /// <inheritdoc/>
    public Task DrainAsync(CancellationToken cancellationToken) => _remover.DrainAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();

    private static string NameOf(ContainerKey attempt) => ContainerSpec.NameOf(attempt.ExecutionId, attempt.Attempt);

    private void Clean(ContainerKey attempt)
    {
        ContainerMeter.For(attempt.ExecutionId, attempt.Attempt, _engine.OwnsCgroups).Remove();
        new RunDirectory(_root, attempt).Remove();
    }
}
