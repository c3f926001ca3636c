using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Docker.DotNet;
using Microsoft.Win32.SafeHandles;

namespace Abaco.Benchmarks;

/// <summary>The machine that a figure was measured on.</summary>
internal sealed record Machine(string Processor, int Cores, double MemoryGib, string Kernel, string Engine, string Disk, double SyncMicroseconds)
{
    private const int Syncs = 200;

    public static async Task<Machine> ReadAsync(string folder) => new(
        Line("/proc/cpuinfo", "model name"),
        Environment.ProcessorCount,
        double.Parse(Line("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) / (1024 * 1024),
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        await EngineAsync(),
        DiskOf(folder),
        MeasureSync(folder));

    public override string ToString() =>
        $"{Cores} cores ({Processor}), {MemoryGib:N0} GiB, Linux {Kernel}, Docker {Engine}, {RuntimeInformation.FrameworkDescription}, "
        + $"{Disk}: fdatasync after 4 KiB {SyncMicroseconds:N0} µs (median of {Syncs}).";

    /// <summary>When, and how busy the machine was just then: a load far above the benchmark's own says that others disturbed it.</summary>
    public string WhenMeasured() =>
        $"Measured {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC; load average (1, 5, 15 min) at the end {string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3])}.";

    private static string Line(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";

    private static async Task<string> EngineAsync()
    {
        try
        {
            using var client = Engines.Connect();
            return (await client.System.GetVersionAsync()).Version;
        }
        catch (Exception exception) when (exception is HttpRequestException or DockerApiException or IOException or TimeoutException)
        {
            return "without an engine";
        }
    }

    private static string DiskOf(string folder)
    {
        var mount = DriveInfo.GetDrives().Where(drive => folder.StartsWith(drive.Name, StringComparison.Ordinal)).MaxBy(drive => drive.Name.Length);
        return $"{folder} on {mount?.DriveFormat ?? "an unknown file system"}";
    }

    private static double MeasureSync(string folder)
    {
        using var file = File.OpenHandle(
            Path.Combine(folder, "sync"), FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose, preallocationSize: Syncs * 4096);
        var times = new List<double>();
        for (var i = 0; i < Syncs; i++)
        {
            RandomAccess.Write(file, new byte[4096], i * 4096L);
            var begun = Stopwatch.GetTimestamp();
            if (fdatasync(file) != 0)
                throw new IOException($"fdatasync failed: {Marshal.GetLastPInvokeErrorMessage()}");
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        return Spread.Of(times).Median;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int fdatasync(SafeFileHandle file);
}
