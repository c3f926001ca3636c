using Abaco.Docker.Tests.Engine;

namespace Abaco.Docker.Tests;

/// <summary>The results socket (container-contract.md, Files and sockets).</summary>
public sealed class ResultTests : DockerTest
{
    private const int LargestBytes = 131_072;

    [Theory]
    [InlineData(200, 100)]
    [InlineData(200, 10_000)]
    [InlineData(40, LargestBytes)]
    public async Task Results_BurstRightBeforeExitByAnyUser_AllArriveInOrder(int count, int bytes)
    {
        var attempt = Begin(await OrderAsync($"exec probe send {count} {bytes}") with { User = "4321:4321" });

        Assert.Equal(0, (await attempt.ExitAsync()).ExitCode);

        Assert.Equal(Enumerable.Range(0, count).Select(i => $"{i} "), attempt.Heard.Results.Select(text => text[..(text.IndexOf(' ') + 1)]));
        Assert.All(attempt.Heard.Results, text => Assert.Equal(bytes, text.Length));
    }

    [Fact]
    public async Task Results_Empty_IsAResult()
    {
        var attempt = await BeginAsync("exec probe send 3 0");
        await attempt.ExitAsync();

        Assert.Equal(["", "", ""], attempt.Heard.Results);
    }

    [Fact]
    public async Task Results_TooLarge_IsDroppedAndSaid()
    {
        var attempt = await BeginAsync($"probe send 1 {LargestBytes + 1}; probe send 1 5; exit 0");
        await attempt.ExitAsync();

        Assert.Equal(5, Assert.Single(attempt.Heard.Results).Length);
        Assert.Equal($"[abaco] A result of more than {LargestBytes} bytes was dropped.\n", attempt.Heard.Log);
    }

    [Fact]
    public async Task Results_WhileItRuns_AreTold()
    {
        var attempt = await BeginAsync("probe send 2 10; sleep 100000");

        await attempt.Heard.SendsAsync(2);

        Assert.True(attempt.Runs);
        await attempt.StopAsync();
    }

    [Fact]
    public async Task Results_StoreIsSlow_EndWaitsUntilAllCount()
    {
        var store = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var attempt = Begin(await OrderAsync("probe send 5 10; echo sent"), new Recorder(int.MaxValue) { BeforeResult = () => store.Task });
        await attempt.Heard.SaysAsync("sent");
        Assert.Empty(attempt.Heard.Results);

        store.SetResult();
        await attempt.ExitAsync();

        Assert.Equal(5, attempt.Heard.Results.Count);
    }

    [Fact]
    public async Task Results_NobodyListensAnyMore_SenderIsRefused()
    {
        var go = Folder("go");
        var order = await OrderAsync("echo up; while [ ! -e /go/go ]; do sleep 0.05; done; probe send 1 5 || echo refused > /go/answer") with
        {
            Mounts = [new Actors.ActorMount(go, "/go", "rw")],
        };
        var attempt = Begin(order);
        await attempt.Heard.SaysAsync("up");

        await attempt.LeaveAsync();
        await File.WriteAllTextAsync(Path.Combine(go, "go"), "");
        await Docker.Containers.WaitContainerAsync(attempt.Heard.ContainerId);

        Assert.Equal("refused\n", await File.ReadAllTextAsync(Path.Combine(go, "answer")));
    }
}
