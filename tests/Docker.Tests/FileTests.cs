using System.Security.Cryptography;
using Abaco.Actors;
using Abaco.Docker.Tests.Engine;
using Abaco.Executions;

namespace Abaco.Docker.Tests;

/// <summary>Files, mounts and labels (container-contract.md, Files and sockets).</summary>
public sealed class FileTests : DockerTest
{
    private const int ChunkBytes = 256 * 1024;

    [Theory]
    [InlineData("cat /_abaco_binary_data | sha256sum")]
    [InlineData("probe read | sha256sum")]
    [InlineData("sha256sum < /_abaco_binary_data")]
    public async Task Binary_BlockingOrNot_IsReadWhole(string read)
    {
        var bytes = RandomNumberGenerator.GetBytes(40 * ChunkBytes + 17);
        var order = await OrderAsync(read) with { ReadBodyChunk = ChunksOf(bytes), User = "1234:1234" };

        var (_, log) = await RunAsync(order);

        Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(bytes)), log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Binary_ImageWithoutShell_ReadsIt()
    {
        var image = await TestImages.ScratchAsync("reader", "USER 99\nENTRYPOINT [\"/probe\", \"read\"]\n");

        var (_, log) = await RunAsync(await OrderAsync("") with { Image = image, ReadBodyChunk = ChunksOf("the body\n"u8.ToArray()) });

        Assert.Equal("the body\n", log);
    }

    [Fact]
    public async Task Binary_Empty_IsAnEmptyFile()
    {
        var (exited, log) = await RunAsync(await OrderAsync("wc -c < /_abaco_binary_data") with { ReadBodyChunk = ChunksOf([]) });

        Assert.Equal((0, "0\n"), (exited.ExitCode, log));
    }

    [Fact]
    public async Task Binary_StoreAwayForAMoment_NeverRunsHalf()
    {
        var chunks = ChunksOf(new byte[3 * ChunkBytes]);
        var failures = 2;
        var order = await OrderAsync("wc -c < /_abaco_binary_data") with
        {
            ReadBodyChunk = index => index == 2 && failures-- > 0 ? throw new TimeoutException("the store is away") : chunks(index),
        };

        var (_, log) = await RunAsync(order);

        Assert.Equal($"{3 * ChunkBytes}\n", log);
    }

    [Fact]
    public async Task Files_TextMessage_OnlyTheResultsSocket()
    {
        var (_, log) = await RunAsync(await OrderAsync("ls -d /_abaco*; ls /_abaco; stat -L -c %F /_abaco_results.sock") with { User = "1234:1234" });

        Assert.Equal("/_abaco\n/_abaco_results.sock\nresults.sock\nsocket\n", log);
    }

    [Fact]
    public async Task Files_ProgramWritesIntoTheRunsDirectory_Refused()
    {
        // Not even root: what it left there could not always be removed afterwards.
        var (_, log) = await RunAsync("touch /_abaco/mine 2>/dev/null || echo refused; rm -f /_abaco/results.sock 2>/dev/null || echo refused; ls /_abaco");

        Assert.Equal("refused\nrefused\nresults.sock\n", log);
    }

    [Fact]
    public async Task Mounts_ReadOnlyAndWritable_AreEnforced()
    {
        var (give, take) = (Folder("give"), Folder("take"));
        await File.WriteAllTextAsync(Path.Combine(give, "file"), "given");
        var order = await OrderAsync("cat /give/file; touch /give/x 2>/dev/null || echo refused; echo -n taken > /take/file") with
        {
            Mounts = [new ActorMount(give, "/give", "ro"), new ActorMount(take, "/take", "rw")],
        };

        var (exited, log) = await RunAsync(order);

        Assert.Equal((0, "givenrefused\n"), (exited.ExitCode, log));
        Assert.Equal("taken", await File.ReadAllTextAsync(Path.Combine(take, "file")));
    }

    [Fact]
    public async Task Mounts_Placeholders_AreTenantAndOwner()
    {
        var folder = Folder("dev/alice");
        await File.WriteAllTextAsync(Path.Combine(folder, "file"), "hers");
        var defaults = new ActorDefaults { Mounts = [new ActorMount(Path.Combine(folder, "../../{tenant_id}/{username}"), "/home/{username}", "ro")] };

        var (_, log) = await RunAsync(await OrderAsync("cat /home/alice/file") with { Mounts = defaults.MountsOf("dev", "alice") });

        Assert.Equal("hers", log);
    }

    [Fact]
    public async Task Mounts_FileOntoDirectory_CannotStart()
    {
        var file = Path.Combine(Folder("give"), "file");
        await File.WriteAllTextAsync(file, "");

        var ending = await Begin(await OrderAsync("echo ran") with { Mounts = [new ActorMount(file, "/bin", "ro")] }).EndAsync();

        // The operator's mistake, not the program's end.
        Assert.Contains("mount", Assert.IsType<Ending.CannotStart>(ending).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Privileged_Actor_GetsTheEnginesSocket()
    {
        // What the engine was asked for: on a machine that itself lacks capabilities a privileged container does not start.
        var attempt = Begin(await OrderAsync("true") with { Privileged = true });
        await attempt.EndAsync();

        var host = (await Docker.Containers.InspectContainerAsync(attempt.Heard.ContainerId)).HostConfig;

        Assert.True(host.Privileged);
        Assert.Contains("/var/run/docker.sock:/var/run/docker.sock", host.Binds);
        var (_, usual) = await RunAsync("stat /var/run/docker.sock 2>&1");
        Assert.Contains("No such file", usual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_Container_NamesAllThatItBelongsTo()
    {
        var order = await OrderAsync("echo up; sleep 100000");
        var attempt = Begin(order);
        await attempt.Heard.SaysAsync("up");

        var labels = Assert.Single(await ContainersAsync()).Labels;

        Assert.Equal(HostId, labels["abaco.host"]);
        Assert.Equal(order.Execution.Actor.ToString(), labels["abaco.actor"]);
        Assert.Equal(order.WorkerId, labels["abaco.worker"]);
        Assert.Equal(order.Execution.ExecutionId, labels["abaco.execution"]);
        Assert.Equal("1", labels["abaco.attempt"]);
        Assert.NotEmpty(labels["abaco.spec"]);
        await attempt.StopAsync();
    }

    private static Func<int, Task<byte[]?>> ChunksOf(byte[] bytes) => index =>
        Task.FromResult(index * ChunkBytes < bytes.Length ? bytes[(index * ChunkBytes)..Math.Min(bytes.Length, (index + 1) * ChunkBytes)] : null);
}
