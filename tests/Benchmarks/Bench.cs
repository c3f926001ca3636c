namespace Abaco.Benchmarks;

/// <summary>One run of the benchmark: its options and a folder of its own, which goes at the end.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private int _folders;

    public Bench(BenchOptions options)
    {
        Options = options;
        // Short, for sockets lie in it; readable by others, for PostgreSQL does not run as root.
        Folder = Path.Combine(options.Folder, $"abaco-bench-{Environment.ProcessId}");
        Directory.CreateDirectory(Folder);
    }

    public BenchOptions Options { get; }

    public string Folder { get; }

    /// <summary>A fresh folder.</summary>
    public string NewFolder(string name)
    {
        var path = Path.Combine(Folder, $"{name}{++_folders}");
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Says what is measured now; goes to the error stream, so that the output holds the tables only.</summary>
    public static void Say(string line) => Console.Error.WriteLine(line);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
