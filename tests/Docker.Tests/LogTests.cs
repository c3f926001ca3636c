using System.Text;
using Abaco.Actors;
using Abaco.Docker.Tests.Engine;
using Abaco.Executions;

namespace Abaco.Docker.Tests;

/// <summary>What a container says becomes its log (rest-api.md, Executions).</summary>
public sealed class LogTests : DockerTest
{
    [Fact]
    public async Task Log_BothStreams_AreInterleavedAsWritten()
    {
        // The engine reads two pipes: the order between them is certain only for what is written after the other has arrived.
        var go = Folder("go");
        var attempt = Begin(
            await OrderAsync("say() { echo $1; until [ -e /go/$1 ]; do sleep 0.02; done; }; for i in 1 2 3; do say out$i; say err$i >&2; done") with
            {
                Mounts = [new ActorMount(go, "/go", "ro")],
            });
        foreach (var line in new[] { "out1", "err1", "out2", "err2", "out3", "err3" })
        {
            await attempt.Heard.SaysAsync(line);
            await File.WriteAllTextAsync(Path.Combine(go, line), "");
        }

        await attempt.ExitAsync();

        Assert.Equal("out1\nerr1\nout2\nerr2\nout3\nerr3\n", attempt.Heard.Log);
    }

    [Fact]
    public async Task Log_WhileItRuns_IsTold()
    {
        var attempt = await BeginAsync("echo first; sleep 100000");

        await attempt.Heard.SaysAsync("first\n");

        Assert.True(attempt.Runs);
        await attempt.StopAsync();
    }

    [Fact]
    public async Task Log_LineWithoutEnd_IsToldWhenItEnds()
    {
        var (_, log) = await RunAsync("printf 'no newline'");

        Assert.Equal("no newline", log);
    }

    [Fact]
    public async Task Log_InvalidUtf8_IsReplaced()
    {
        var (_, log) = await RunAsync(@"printf 'a\377\000b\303\251\n\200'");

        Assert.Equal("a\uFFFD\0bé\n\uFFFD", log);
    }

    [Fact]
    public async Task Log_LongLineOfWideCharacters_IsUnharmed()
    {
        // 60,000 bytes without a newline, each character of three: wherever the engine cuts lines, it cuts a character.
        const int Count = 20_000;
        var (_, log) = await RunAsync($"printf x; yes € | head -n {Count} | tr -d '\\n'");

        Assert.Equal("x" + new string('€', Count), log);
    }

    [Fact]
    public async Task Log_RightBeforeExit_IsComplete()
    {
        var (_, log) = await RunAsync("i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done");

        Assert.Equal(string.Concat(Enumerable.Range(0, 5000).Select(i => $"line {i}\n")), log);
    }

    [Fact]
    public async Task Log_LongerThanAllowed_IsCutAndNoMoreIsTold()
    {
        var attempt = Begin(await OrderAsync("yes 123456789 | head -n 100000; exit 4"), new Recorder(longestLog: 25_000));

        var exited = await attempt.ExitAsync();

        Assert.Equal(4, exited.ExitCode);
        Assert.Equal(string.Concat(Enumerable.Repeat("123456789\n", 2_500)) + LogText.CutMark, attempt.Heard.Log);
        Assert.Equal(0, attempt.Heard.PiecesTooMany);
    }

    [Fact]
    public async Task Log_FloodOfHundredMegabytes_DiskAndMemoryStayBounded()
    {
        const long MostDisk = 140_000_000;
        const long MostMemory = 100_000_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var attempt = Begin(
            await OrderAsync("head -c 150000000 /dev/zero | tr '\\0' x; echo; echo end; exit 6"), new Recorder(longestLog: 1_000_000));

        var exited = await attempt.ExitAsync();

        Assert.Equal(6, exited.ExitCode);
        Assert.Equal(1_000_000 + LogText.CutMark.Length, attempt.Heard.Log.Length);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostMemory);
        var size = DiskUse((await Docker.Containers.InspectContainerAsync(attempt.Heard.ContainerId)).ID);
        Assert.InRange(size, 1_000_000, MostDisk);
    }

    [Fact]
    public async Task Log_BinaryFlood_IsText()
    {
        var attempt = Begin(await OrderAsync("head -c 3000000 /dev/urandom"), new Recorder(longestLog: 500_000));

        Assert.Equal(0, (await attempt.ExitAsync()).ExitCode);

        Assert.Equal(500_000 + LogText.CutMark.Length, attempt.Heard.Log.Length, tolerance: 1);
        Assert.Equal(attempt.Heard.Log, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(attempt.Heard.Log)));
    }

    /// <summary>Bytes of all that the engine keeps beside the container's file system: its log files above all.</summary>
    private static long DiskUse(string containerId) =>
        new DirectoryInfo($"/var/lib/docker/containers/{containerId}").EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
