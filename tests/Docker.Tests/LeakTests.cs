using System.Diagnostics;
using Abaco.Docker.Tests.Engine;

namespace Abaco.Docker.Tests;

/// <summary>Many runs leave the process as it was. Alone, since what others hold cannot be told apart.</summary>
[Collection(Alone)]
public sealed class LeakTests : DockerTest
{
    private const string Alone = "alone";
    private const int AtATime = 5;

    [Fact]
    public async Task Run_FiftyTimes_NoFileNoThreadNoFolderIsLeft()
    {
        await RunManyAsync(10);
        var (files, threads) = (Files(), Threads());

        await RunManyAsync(50);

        // A container has three files and sockets of ours: one of fifty that is never closed would show. The pools of connections and threads breathe.
        Assert.InRange(Files(), 0, files + 20);
        Assert.InRange(Threads(), 0, threads + 20);
        Assert.Empty(await ContainersAsync());
    }

    private static int Files() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private static int Threads()
    {
        using var self = Process.GetCurrentProcess();
        return self.Threads.Count;
    }

    private async Task RunManyAsync(int count)
    {
        for (var i = 0; i < count; i += AtATime)
            await Task.WhenAll(Enumerable.Range(0, AtATime).Select(_ => RunOneAsync()));
        await Runtime.DrainAsync(CancellationToken.None);
    }

    private async Task RunOneAsync()
    {
        var attempt = Begin(await OrderAsync("echo hello; exec probe send 3 100") with { ReadBodyChunk = _ => Task.FromResult<byte[]?>(null) });
        await attempt.ExitAsync();
        Assert.Equal(3, attempt.Heard.Results.Count);
        Release(attempt);
    }

    /// <summary>Nothing runs beside it.</summary>
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneCollection;
}
