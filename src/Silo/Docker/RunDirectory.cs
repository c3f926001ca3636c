using System.Formats.Tar;
using Abaco.Silo.Workers;

namespace Abaco.Silo.Docker;

/// <summary>
/// The directory of one attempt, <c>{DataDirectory}/x/{host}/{execution}-{attempt}</c>, mounted at <c>/_abaco</c>: the results socket and the binary message. A mounted
/// directory, not a mounted socket, since a silo that restarts binds the socket anew.
/// </summary>
internal sealed class RunDirectory(string root, ContainerKey key)
{
    /// <summary>Longest path of a unix socket, its ending NUL not counted (sys/un.h: 108 bytes with it).</summary>
    public const int LongestSocketPath = 107;

    private const UnixFileMode Traversable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Path on the host.</summary>
    public string Path { get; } = System.IO.Path.Combine(root, key.HostId, key.AttemptName);

    /// <summary>Path of the results socket.</summary>
    public string SocketPath => System.IO.Path.Combine(Path, "results.sock");

    private string BodyPath => System.IO.Path.Combine(Path, "binary_data");

    /// <summary>Makes the directory.</summary>
    public void Create()
    {
        Directory.CreateDirectory(Path);
        File.SetUnixFileMode(Path, Traversable);
    }

    /// <summary>Streams a binary message into its file: a regular file, since a FIFO truncates for non-blocking readers (performance.md).</summary>
    /// <returns>True.</returns>
    public async Task<bool> WriteBodyAsync(Func<int, Task<byte[]?>> readChunk)
    {
        await using var file = new FileStream(BodyPath, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var next = readChunk(0);
        for (var index = 1; await next is { } chunk; index++)
        {
            next = readChunk(index);
            await file.WriteAsync(chunk);
        }

        File.SetUnixFileMode(BodyPath, ReadableByAll);
        return true;
    }

    /// <summary>The links that make the contract's paths out of the mounted directory, as an archive for the engine.</summary>
    public static Stream Links(bool binary)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(Link("_abaco_results.sock", "/_abaco/results.sock"));
            if (binary)
                tar.WriteEntry(Link("_abaco_binary_data", "/_abaco/binary_data"));
        }

        stream.Position = 0;
        return stream;
    }

    /// <summary>Removes the directory; already gone is success.</summary>
    public void Remove()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }

    /// <summary>The attempts of a host that have a directory.</summary>
    public static IEnumerable<ContainerKey> Of(string root, string hostId)
    {
        var folder = System.IO.Path.Combine(root, hostId);
        if (!Directory.Exists(folder))
            yield break;
        foreach (var directory in Directory.EnumerateDirectories(folder))
        {
            var name = System.IO.Path.GetFileName(directory);
            var cut = name.LastIndexOf('-');
            if (cut > 0 && int.TryParse(name.AsSpan(cut + 1), out var attempt))
                yield return new ContainerKey(hostId, name[..cut], attempt);
        }
    }

    private static UstarTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name)
    {
        LinkName = target,
        Mode = Traversable,
    };
}
