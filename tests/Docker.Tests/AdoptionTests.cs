using Abaco.Actors;
using Abaco.Docker.Tests.Engine;
using Abaco.Executions;
using Abaco.Silo.Workers;

namespace Abaco.Docker.Tests;

/// <summary>An attempt that is begun again by a later process finds its container as it is.</summary>
public sealed class AdoptionTests : DockerTest
{
    [Fact]
    public async Task Run_ContainerStillRuns_IsAttachedToAndHeardFromTheBeginning()
    {
        var (order, go) = await OrderAsync();
        var first = Begin(order);
        await first.Heard.SaysAsync("begun\n");
        await first.LeaveAsync();

        using var later = await NewRuntimeAsync();
        var second = new Attempt(later, order with { MustStand = true }, new Recorder(int.MaxValue));
        await second.Heard.SaysAsync("begun\n");
        await File.WriteAllTextAsync(go, "");

        Assert.Equal(3, (await second.ExitAsync()).ExitCode);
        Assert.Equal("begun\nended\n", second.Heard.Log);
        Assert.Equal(first.Heard.ContainerId, second.Heard.ContainerId);
        Assert.Equal(5, Assert.Single(second.Heard.Results).Length);
    }

    [Fact]
    public async Task Run_ContainerEndedMeanwhile_IsCollectedAndNeverRunAgain()
    {
        var (order, go) = await OrderAsync();
        var first = Begin(order);
        await first.Heard.SaysAsync("begun\n");
        await first.LeaveAsync();
        await File.WriteAllTextAsync(go, "");
        await Docker.Containers.WaitContainerAsync(first.Heard.ContainerId);

        using var later = await NewRuntimeAsync();
        var second = new Attempt(later, order with { MustStand = true }, new Recorder(int.MaxValue));

        // Nobody took its result: the sender was refused, and said so with its exit code.
        Assert.Equal(1, (await second.ExitAsync()).ExitCode);
        Assert.StartsWith("begun\n", second.Heard.Log, StringComparison.Ordinal);
        Assert.Equal("x", await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(go)!, "runs")));
    }

    [Fact]
    public async Task Run_ContainerRemovedMeanwhile_IsLost()
    {
        var (order, _) = await OrderAsync();
        var first = Begin(order);
        await first.Heard.SaysAsync("begun\n");
        await first.LeaveAsync();
        await Docker.Containers.RemoveContainerAsync(first.Heard.ContainerId, new() { Force = true });

        using var later = await NewRuntimeAsync();
        var second = new Attempt(later, order with { MustStand = true }, new Recorder(int.MaxValue));

        Assert.IsType<Ending.Lost>(await second.EndAsync());
    }

    [Fact]
    public async Task Run_MaxRunTimePassedMeanwhile_IsStopped()
    {
        var (order, _) = await OrderAsync();
        var first = Begin(order);
        await first.Heard.SaysAsync("begun\n");
        await first.LeaveAsync();

        using var later = await NewRuntimeAsync();
        var second = new Attempt(later, order with { MustStand = true, MaxRunTime = TimeSpan.FromMilliseconds(1) }, new Recorder(int.MaxValue));

        Assert.Equal(137, (await second.ExitAsync()).ExitCode);
        Assert.Contains("max_run_time", second.Heard.Log, StringComparison.Ordinal);
    }

    /// <summary>A program that counts its runs, waits for the file <c>go</c>, sends a result and ends.</summary>
    private async Task<(ContainerOrder Order, string Go)> OrderAsync()
    {
        const string Script = "echo -n x >> /go/runs; echo begun; while [ ! -e /go/go ]; do sleep 0.05; done; probe send 1 5 || exit 1; echo ended; exit 3";
        var folder = Folder("go");
        return (await OrderAsync(Script) with { Mounts = [new ActorMount(folder, "/go", "rw")] }, Path.Combine(folder, "go"));
    }
}
