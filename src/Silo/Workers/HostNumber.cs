namespace Abaco.Silo.Workers;

/// <summary>
/// A host is an engine's id and a number under <c>DataDirectory/hosts</c>, held by a file lock for the life of the process. A crash frees the lock, so that
/// whoever takes the number next speaks for the containers and leases of its predecessor.
/// </summary>
internal sealed class HostNumber : IDisposable
{
    /// <summary>Longest host id in characters.</summary>
    public const int LongestId = LongestEngine + 4;

    private const int MostHosts = 1_000;
    private const int LongestEngine = 12;
    private readonly FileStream _lock;

    private HostNumber(string hostId, FileStream held)
    {
        _lock = held;
        HostId = hostId;
    }

    /// <summary>The host's id: engine id and number.</summary>
    public string HostId { get; }

    /// <summary>Takes the first free number.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="engineId">The engine's id.</param>
    /// <returns>The number, held until disposed.</returns>
    public static HostNumber Acquire(string dataDirectory, string engineId)
    {
        var folder = Folder(dataDirectory);
        for (var number = 0; number < MostHosts; number++)
            if (TryTake(folder, $"{Short(engineId)}-{number}") is { } taken)
                return taken;
        throw new InvalidOperationException($"All {MostHosts} host numbers under {folder} are held.");
    }

    /// <summary>Takes every number of an engine that was used before and that no process holds now.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="engineId">The engine's id.</param>
    /// <returns>The numbers, held until disposed.</returns>
    public static IReadOnlyList<HostNumber> AcquireAbandoned(string dataDirectory, string engineId)
    {
        var folder = Folder(dataDirectory);
        return [.. Directory.EnumerateFiles(folder, $"{Short(engineId)}-*.lock")
            .Select(file => TryTake(folder, Path.GetFileNameWithoutExtension(file))).OfType<HostNumber>()];
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static string Folder(string dataDirectory) => Directory.CreateDirectory(Path.Combine(dataDirectory, "hosts")).FullName;

    private static string Short(string engineId)
    {
        var safe = string.Concat(engineId.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return safe.Length > LongestEngine ? safe[..LongestEngine] : safe;
    }

    private static HostNumber? TryTake(string folder, string hostId)
    {
        try
        {
            var path = Path.Combine(folder, $"{hostId}.lock");
            return new HostNumber(hostId, new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            // Held by another silo of this engine, or by this one.
            return null;
        }
    }
}
