using Abaco.Access;
using Abaco.Actors;
using Abaco.Catalog;
using Abaco.Executions;
using Abaco.Messages;
using Abaco.Silo.Hosting;
using Abaco.Silo.Workers;
using Abaco.Store;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Abaco.Cluster.Tests;

/// <summary>One silo in this process with a store of its own in a temporary folder and a simulated container runtime.</summary>
public sealed class AbacoCluster : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-cluster-").FullName;
    private AbacoStore? _store;
    private InProcessTestCluster? _cluster;

    internal SimulatedRuntime Runtime { get; } = new();

    internal static Caller Alice { get; } = new("dev", "alice", ["Internal/abaco-user"], "http://127.0.0.1:8000");

    internal static Caller Bob { get; } = Alice with { User = "bob" };

    internal static Caller Admin { get; } = Alice with { User = "root", Roles = [Caller.AdminRole] };

    public IGrainFactory Grains => _cluster!.Client;

    internal AbacoStore Store => _store!;

    internal T Service<T>()
        where T : notnull => _cluster!.Silos[0].ServiceProvider.GetRequiredService<T>();

    /// <summary>Small limits that a test may set before <see cref="InitializeAsync"/>.</summary>
    internal Action<WorkersOptions> Workers { get; set; } = _ => { };

    internal int Slots { get; set; } = 8;

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    public async Task InitializeAsync()
    {
        Runtime.Image("echo", async run =>
        {
            await run.Watch.LogAsync(run.Message + "\n");
            return 0;
        });
        _store = AbacoStore.Open(_folder, new StoreOptions(), Time);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(Time);
            silo.Services.AddSingleton(new DataDirectory(_folder));
            silo.Services.AddSingleton<IContainerRuntime>(Runtime);
            silo.Services.Configure<WorkersOptions>(options => Workers(options));
            silo.Services.Configure<SiloSettings>(options => (options.Slots, options.ShutdownGrace) = (Slots, TimeSpan.FromSeconds(1)));
            silo.AddAbacoStore(_store).AddAbacoGrains().AddWorkerHost();
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    internal async Task<IActorGrain> RegisterAsync(ActorRequest request)
    {
        // Role-guarded parameters need a privileged caller; the owner stays alice.
        var caller = Alice with { Roles = [Caller.PrivilegedRole] };
        return Actor((await Grains.GetGrain<ICatalogGrain>(0).RegisterAsync(caller, request)).Key);
    }

    internal IActorGrain Actor(ActorKey key) => Grains.GetGrain<IActorGrain>(key.ToString());

    internal IExecutionGrain Execution(IActorGrain actor, string id) => Grains.GetGrain<IExecutionGrain>($"{actor.GetPrimaryKeyString()}_{id}");

    internal static MessageRequest Text(string text) => new() { Kind = MessageKind.Text, Text = text, ContentType = "str" };

    internal async Task<string> SendAsync(IActorGrain actor, string text) => (await actor.SendAsync(Alice, Text(text))).ExecutionId;

    /// <summary>Waits until the execution has ended; the wait itself is bounded by the test's own patience of two minutes.</summary>
    internal async Task<ExecutionSnapshot> EndAsync(IActorGrain actor, string id)
    {
        for (var i = 0; i < 6; i++)
        {
            var view = await Execution(actor, id).WaitForEndAsync(Alice, IExecutionGrain.LongestWait);
            if (view.Execution.Ended)
                return view.Execution;
        }

        throw new TimeoutException($"Execution {id} has not ended within two minutes.");
    }

    internal async Task<ExecutionSnapshot> RunAsync(IActorGrain actor, string text) => await EndAsync(actor, await SendAsync(actor, text));
}
