using System.Globalization;

namespace Abaco.Silo.Docker;

/// <summary>
/// CPU time and received bytes of one container. CPU: a cgroup parent of its own keeps the total after the container's own group is gone (cgroup v1
/// <c>cpuacct.usage</c>, v2 <c>cpu.stat</c>; needs root and the cgroupfs driver, else 0). Network: counters go with the namespace, so they are sampled while
/// it runs, every second and last when the exit is seen; what came in the last moments of a short run may be missed.
/// </summary>
internal sealed class ContainerMeter
{
    private const string Root = "/sys/fs/cgroup";
    private readonly string? _parent;
    private long _received;

    private ContainerMeter(string? parent) => _parent = parent;

    /// <summary>The cgroup parent that the container is to be created with, or null.</summary>
    public string? CgroupParent => _parent;

    /// <summary>Bytes received so far.</summary>
    public long ReceivedBytes => _received;

    /// <summary>A meter for one attempt.</summary>
    public static ContainerMeter For(string execution, int attempt, bool ownsCgroups)
    {
        var usable = ownsCgroups && Environment.IsPrivilegedProcess && (Directory.Exists($"{Root}/cpuacct") || File.Exists($"{Root}/cgroup.controllers"));
        return new ContainerMeter(usable ? $"/abaco-{execution}-{attempt}" : null);
    }

    /// <summary>CPU time of all that ran in the cgroup parent, in nanoseconds; 0 when it cannot be read.</summary>
    public long CpuNanoseconds()
    {
        if (_parent is null)
            return 0;
        try
        {
            var v1 = $"{Root}/cpuacct{_parent}/cpuacct.usage";
            if (File.Exists(v1))
                return long.Parse(File.ReadAllText(v1).AsSpan().Trim(), CultureInfo.InvariantCulture);
            var line = File.ReadLines($"{Root}{_parent}/cpu.stat").FirstOrDefault(text => text.StartsWith("usage_usec ", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan("usage_usec ".Length), CultureInfo.InvariantCulture) * 1_000;
        }
        catch (Exception exception) when (exception is IOException or FormatException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Reads the received bytes of the network namespace of a running process, loopback not counted.</summary>
    public void SampleNetwork(long pid)
    {
        try
        {
            var sum = 0L;
            foreach (var line in File.ReadLines($"/proc/{pid}/net/dev").Skip(2))
            {
                var colon = line.IndexOf(':');
                if (colon < 0 || line.AsSpan(0, colon).Trim().SequenceEqual("lo"))
                    continue;
                var first = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
                sum += long.Parse(first, CultureInfo.InvariantCulture);
            }

            _received = Math.Max(_received, sum);
        }
        catch (Exception exception) when (exception is IOException or FormatException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            // Gone: what was sampled last counts.
        }
    }

    /// <summary>Removes the cgroup parent from every hierarchy; already gone is success.</summary>
    /// <exception cref="IOException">It is still in use in one of them: its last process is being reaped.</exception>
    public void Remove()
    {
        if (_parent is null)
            return;
        foreach (var hierarchy in Directory.EnumerateDirectories(Root).Append(Root))
        {
            try
            {
                Directory.Delete(hierarchy + _parent);
            }
            catch (DirectoryNotFoundException)
            {
                // Not in this hierarchy, or gone.
            }
        }
    }
}
