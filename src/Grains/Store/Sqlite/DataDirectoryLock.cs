namespace Abaco.Store.Sqlite;

/// <summary>Keeps a second process out of a data directory. The operating system frees it when the process ends, however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream file;

    private DataDirectoryLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock; creates the directory when missing.</summary>
    /// <param name="directory">The data directory.</param>
    /// <returns>The lock.</returns>
    /// <exception cref="InvalidOperationException">Another process holds it.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        Directory.CreateDirectory(directory);
        try
        {
            return new DataDirectoryLock(new FileStream(Path.Combine(directory, "abaco.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException(
                $"The data directory '{directory}' is in use by another Abaco process ({exception.Message}) "
                + "Stop it, or give this one its own directory: configuration key Abaco:DataDirectory, environment variable Abaco__DataDirectory.",
                exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
