namespace Abaco.Silo.Workers;

/// <summary>
/// A host is an engine's id and the first free number under <c>DataDirectory/hosts</c>, held by a file lock for the life of the process. A crash frees the
/// lock, so that whoever takes the number next finds the containers and leases of its predecessor.
/// </summary>
internal sealed class HostNumber : IDisposable
{
    private const int MostHosts = 1_000;
    private readonly FileStream _lock;

    private HostNumber(string engineId, int number, FileStream held)
    {
        _lock = held;
        HostId = $"{engineId}-{number}";
    }

    /// <summary>The host's id: engine id and number.</summary>
    public string HostId { get; }

    /// <summary>Takes the first free number.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="engineId">The engine's id.</param>
    /// <returns>The number, held until disposed.</returns>
    public static HostNumber Acquire(string dataDirectory, string engineId)
    {
        var safe = string.Concat(engineId.Where(char.IsAsciiLetterOrDigit));
        safe = safe.Length > 12 ? safe[..12].ToLowerInvariant() : safe.ToLowerInvariant();
        var folder = Directory.CreateDirectory(Path.Combine(dataDirectory, "hosts")).FullName;
        for (var number = 0; number < MostHosts; number++)
        {
            try
            {
                var held = new FileStream(
                    Path.Combine(folder, $"{safe}-{number}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return new HostNumber(safe, number, held);
            }
            catch (IOException)
            {
                // Held by another silo of this engine: the next number.
            }
        }

        throw new InvalidOperationException($"All {MostHosts} host numbers under {folder} are held.");
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
