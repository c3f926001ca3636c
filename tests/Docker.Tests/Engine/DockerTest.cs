using Abaco.Executions;
using Abaco.Silo.Docker;
using Abaco.Silo.Hosting;
using Abaco.Silo.Workers;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Abaco.Docker.Tests.Engine;

/// <summary>
/// A test with a runtime of its own on the real engine: own folder, own cluster id. When it is over, no container, no file and no cgroup of it may be left.
/// </summary>
public abstract class DockerTest : IAsyncLifetime
{
    /// <summary>The host that holds all leases.</summary>
    private protected const string HostId = "test-0";

    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-docker-").FullName;
    private readonly string _clusterId = $"docker-tests-{Guid.NewGuid():N}";
    private readonly List<ContainerOrder> _orders = [];
    private readonly DockerEngine _engine = new(null);
    private DockerRuntime? _runtime;

    /// <summary>How containers run; to be changed before the first one does.</summary>
    private protected WorkersOptions Options { get; } = new() { NetworkMode = "none", KillGrace = TimeSpan.FromSeconds(1) };

    /// <summary>The runtime that is tested.</summary>
    private protected DockerRuntime Runtime => _runtime!;

    /// <summary>A client of the test's own, to look behind the runtime's back.</summary>
    private protected global::Docker.DotNet.DockerClient Docker => _engine.Client;

    /// <summary>A folder of the test's own.</summary>
    private protected string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    public async Task InitializeAsync() => _runtime = await NewRuntimeAsync();

    public async Task DisposeAsync()
    {
        foreach (var order in _orders)
            Release(order);
        await Runtime.DrainAsync(CancellationToken.None);
        var containers = await ContainersAsync();
        foreach (var container in containers)
            await Docker.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true });
        var files = Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "x"), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != HostId).ToList();
        var groups = _orders.SelectMany(order => Cgroups(order.Execution.ExecutionId)).ToList();
        Runtime.Dispose();
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(containers.Select(container => container.Names[0]));
        Assert.Empty(files);
        Assert.Empty(groups);
    }

    /// <summary>What to run: the small image unless changed, with a script as its message.</summary>
    private protected static async Task<ContainerOrder> OrderAsync(string script, params string[] environment) => new()
    {
        Execution = new ExecutionKey(new ActorKey("dev", HashIds.New()), HashIds.New()),
        Attempt = 1,
        HostId = HostId,
        WorkerId = HashIds.New(),
        Image = await TestImages.SmallAsync(),
        Environment = [$"MSG={script}", .. environment],
    };

    /// <summary>Begins to run an order.</summary>
    private protected Attempt Begin(ContainerOrder order, Recorder? heard = null)
    {
        _orders.Add(order);
        return new Attempt(Runtime, order, heard ?? new Recorder(int.MaxValue));
    }

    /// <summary>Begins to run a script in the small image.</summary>
    private protected async Task<Attempt> BeginAsync(string script) => Begin(await OrderAsync(script));

    /// <summary>Runs an order to its end.</summary>
    private protected async Task<(Ending.Exited Exited, string Log)> RunAsync(ContainerOrder order)
    {
        var attempt = Begin(order);
        var exited = await attempt.ExitAsync();
        return (exited, attempt.Heard.Log);
    }

    /// <summary>Runs a script in the small image to its end.</summary>
    private protected async Task<(Ending.Exited Exited, string Log)> RunAsync(string script) => await RunAsync(await OrderAsync(script));

    /// <summary>Lets an attempt's container go; at the end of the test all are.</summary>
    private protected void Release(Attempt attempt) => Release(attempt.Order);

    /// <summary>This test's containers, running or not.</summary>
    private protected Task<IList<ContainerListResponse>> ContainersAsync() => Docker.Containers.ListContainersAsync(new ContainersListParameters
    {
        All = true,
        Filters = new Dictionary<string, IDictionary<string, bool>>
        {
            ["label"] = new Dictionary<string, bool> { [$"abaco.cluster={_clusterId}"] = true },
        },
    });

    /// <summary>A further runtime of the same host, as after a restart.</summary>
    private protected async Task<DockerRuntime> NewRuntimeAsync()
    {
        var runtime = new DockerRuntime(
            Microsoft.Extensions.Options.Options.Create(Options), new DataDirectory(_folder), TimeProvider.System, NullLogger<DockerRuntime>.Instance);
        await runtime.ConnectAsync(CancellationToken.None);
        runtime.Bind(_clusterId);
        return runtime;
    }

    private void Release(ContainerOrder order) => Runtime.Release(order.Key);

    private static IEnumerable<string> Cgroups(string execution) => Directory.EnumerateDirectories("/sys/fs/cgroup")
        .Append("/sys/fs/cgroup").SelectMany(hierarchy => Directory.EnumerateDirectories(hierarchy, $"abaco-{execution}-*"));
}
