using System.Net;
using System.Net.Sockets;
using System.Text;
using Abaco.Docker.Tests.Engine;

namespace Abaco.Docker.Tests;

/// <summary>What bounds a container, and what it has used (container-contract.md, Limits and life).</summary>
public sealed class LimitTests : DockerTest
{
    [Fact]
    public async Task Run_OrderNamesUser_RunsAsUidAndGid()
    {
        var image = await TestImages.SmallAsync("user", "USER 123:456\n");

        var (_, chosen) = await RunAsync(await OrderAsync("echo $(id -u):$(id -g)") with { Image = image, User = "1000:2000" });
        var (_, own) = await RunAsync(await OrderAsync("echo $(id -u):$(id -g)") with { Image = image, User = null });

        Assert.Equal(("1000:2000\n", "123:456\n"), (chosen, own));
    }

    [Fact]
    public async Task Run_MoreMemoryThanAllowed_IsKilledAndSaysSo()
    {
        var (exited, log) = await RunAsync(await OrderAsync("exec probe eat 256") with { MemoryLimitBytes = 32 << 20 });

        Assert.Equal(137, exited.ExitCode);
        Assert.True(Attempt.State(exited, "OOMKilled").GetBoolean());
        Assert.DoesNotContain("ate it", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MemoryWithinLimit_IsThere()
    {
        var (exited, log) = await RunAsync(await OrderAsync("exec probe eat 16") with { MemoryLimitBytes = 32 << 20 });

        Assert.Equal((0, "ate it\n"), (exited.ExitCode, log));
    }

    [Fact]
    public async Task Run_CpuLimit_ReachesTheEngine()
    {
        var attempt = Begin(await OrderAsync("echo up; sleep 100000") with { NanoCpus = 250_000_000, MemoryLimitBytes = 64 << 20 });
        await attempt.Heard.SaysAsync("up");

        var host = (await Docker.Containers.InspectContainerAsync(attempt.Heard.ContainerId)).HostConfig;

        Assert.Equal((250_000_000, 64 << 20, 64 << 20), (host.NanoCPUs, host.Memory, host.MemorySwap));
        Assert.False(host.Privileged);
        await attempt.StopAsync();
    }

    [Fact]
    public async Task Run_ForksWithoutEnd_StaysInside()
    {
        Options.PidsLimit = 50;

        var (exited, log) = await RunAsync("exec probe forks 5000");

        Assert.Equal((0, "49 children\n"), (exited.ExitCode, log));
    }

    [Fact]
    public async Task Run_LongerThanMaxRunTime_GetsSigtermAndSaysSo()
    {
        Options.KillGrace = TimeSpan.FromSeconds(60);
        var order = await OrderAsync("trap 'echo asked; exit 7' TERM; echo up; while true; do sleep 0.1; done");

        var (exited, log) = await RunAsync(order with { MaxRunTime = TimeSpan.FromSeconds(3) });

        Assert.Equal(7, exited.ExitCode);
        Assert.StartsWith("up\n", log);
        Assert.Contains("[abaco] max_run_time of 3 s reached; the container is stopped.\n", log, StringComparison.Ordinal);
        Assert.Contains("asked\n", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_IgnoresSigterm_IsKilledAfterGrace()
    {
        var attempt = await BeginAsync("trap '' TERM; echo up; while true; do sleep 0.1; done");
        await attempt.Heard.SaysAsync("up");

        var exited = await attempt.StopAsync();

        Assert.Equal(137, exited.ExitCode);
    }

    [Fact]
    public async Task Run_MaxRunTimeBeyondAnyTimer_Runs()
    {
        var (exited, log) = await RunAsync(await OrderAsync("echo fine") with { MaxRunTime = TimeSpan.FromSeconds(int.MaxValue) });

        Assert.Equal((0, "fine\n"), (exited.ExitCode, log));
    }

    [Fact]
    public async Task Stop_RunningContainer_EndsItWithoutMaxRunTimesWords()
    {
        var attempt = await BeginAsync("trap 'exit 0' TERM; echo up; while true; do sleep 0.1; done");
        await attempt.Heard.SaysAsync("up");

        var exited = await attempt.StopAsync();

        Assert.Equal((0, "up\n"), (exited.ExitCode, attempt.Heard.Log));
    }

    [Fact]
    public async Task Run_BurnsCpu_TimeIsTold()
    {
        var (exited, _) = await RunAsync("exec probe burn 500");

        Assert.InRange(TimeSpan.FromTicks(exited.CpuNanoseconds / 100), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Run_ReceivesOnABridge_BytesAreTold()
    {
        Options.NetworkMode = "bridge";
        const int Bytes = 1_000_000;
        var facts = await Runtime.ConnectAsync(CancellationToken.None);
        using var server = new TcpListener(IPAddress.Parse(facts.Gateway!), 0);
        server.Start();
        var serving = ServeOnceAsync(server, Bytes);

        // It stays for three more samples, which are taken every second.
        var (exited, log) = await RunAsync($"wget -q -O - http://{server.LocalEndpoint}/ | wc -c; sleep 3");
        await serving;

        Assert.Equal($"{Bytes}\n", log);
        Assert.InRange(exited.IoBytes, Bytes, 2 * Bytes);
    }

    [Fact]
    public async Task Run_WithoutNetwork_ReceivesNothing()
    {
        var (exited, log) = await RunAsync("ls /sys/class/net");

        Assert.Equal(0, exited.IoBytes);
        Assert.Equal("lo\n", log);
    }

    private static async Task ServeOnceAsync(TcpListener server, int bytes)
    {
        using var client = await server.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
            // The request, to its empty line.
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.0 200 OK\r\nContent-Length: {bytes}\r\n\r\n"));
        await stream.WriteAsync(new byte[bytes]);
    }
}
