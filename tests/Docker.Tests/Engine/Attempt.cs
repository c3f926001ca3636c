using System.Text.Json;
using Abaco.Executions;
using Abaco.Silo.Workers;

namespace Abaco.Docker.Tests.Engine;

/// <summary>One attempt that runs, or ran, in a container.</summary>
internal sealed class Attempt
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _leave = new();
    private readonly Task<Ending> _ending;

    public Attempt(IContainerRuntime runtime, ContainerOrder order, Recorder heard)
    {
        Order = order;
        Heard = heard;
        _ending = runtime.RunAsync(order, heard, _stop.Token, _leave.Token);
    }

    /// <summary>What it was told to run.</summary>
    public ContainerOrder Order { get; }

    /// <summary>What it said.</summary>
    public Recorder Heard { get; }

    /// <summary>Whether it still runs.</summary>
    public bool Runs => !_ending.IsCompleted;

    /// <summary>Asks for its end by force and waits for it.</summary>
    public async Task<Ending.Exited> StopAsync()
    {
        await _stop.CancelAsync();
        return await ExitAsync();
    }

    /// <summary>Leaves the container alone, as a silo that ends does.</summary>
    public async Task LeaveAsync()
    {
        await _leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _ending.WaitAsync(Patience));
    }

    /// <summary>Waits for its end, whatever it is.</summary>
    public Task<Ending> EndAsync() => _ending.WaitAsync(Patience);

    /// <summary>Waits for its end, which must be an exit.</summary>
    public async Task<Ending.Exited> ExitAsync() => Assert.IsType<Ending.Exited>(await EndAsync());

    /// <summary>A field of the engine's State object.</summary>
    public static JsonElement State(Ending.Exited exited, string field)
    {
        using var state = JsonDocument.Parse(exited.FinalStateJson);
        return state.RootElement.GetProperty(field).Clone();
    }
}
