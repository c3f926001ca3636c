using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Abaco.Silo.Docker;
using Docker.DotNet.Models;

namespace Abaco.Docker.Tests.Engine;

/// <summary>The tests' own images, built from what is on this machine: busybox, and a probe compiled from <c>probe.c</c>. Kept by the engine for the next time.</summary>
internal static class TestImages
{
    private const string Prefix = "abaco-docker-tests/";
    private const string CompleteRoot = "FROM scratch\nCOPY root /\n";
    private const string RunsMessage = "CMD [\"/bin/sh\", \"-c\", \"eval \\\"$MSG\\\"\"]\n";
    private static readonly SemaphoreSlim Building = new(1, 1);
    private static readonly Dictionary<string, string> Built = [];

    private static readonly string[] Commands =
        ["sh", "cat", "echo", "env", "false", "head", "id", "kill", "ls", "printf", "pwd", "sha256sum", "sleep", "stat", "touch", "tr", "true", "wget", "wc", "yes"];

    /// <summary>Busybox and the probe; its program is the message: <c>sh -c "$MSG"</c>.</summary>
    public static Task<string> SmallAsync() => BuildAsync("small", CompleteRoot + RunsMessage);

    /// <summary>The same with further Dockerfile instructions.</summary>
    public static Task<string> SmallAsync(string name, string instructions) => BuildAsync(name, CompleteRoot + RunsMessage + instructions);

    /// <summary>Nothing but the probe: no shell.</summary>
    public static Task<string> ScratchAsync(string name, string instructions) =>
        BuildAsync(name, "FROM scratch\nCOPY root/bin/probe /probe\n" + instructions);

    /// <summary>Neither ENTRYPOINT nor CMD.</summary>
    public static Task<string> WithoutCommandAsync() => BuildAsync("no-command", CompleteRoot);

    /// <summary>An image like no other, with so many random bytes; the test takes it away.</summary>
    public static async Task<string> UniqueAsync(int bytes) =>
        await BuildOnceAsync($"{Prefix}unique-{Guid.NewGuid():N}", CompleteRoot + RunsMessage + "COPY extra /\n", RandomNumberGenerator.GetBytes(bytes));

    private static async Task<string> BuildAsync(string name, string dockerfile)
    {
        await Building.WaitAsync();
        try
        {
            if (!Built.ContainsKey(name))
                Built[name] = await BuildOnceAsync(Prefix + name, dockerfile);
            return Built[name];
        }
        finally
        {
            Building.Release();
        }
    }

    private static async Task<string> BuildOnceAsync(string tag, string dockerfile, byte[]? extra = null)
    {
        using var engine = new DockerEngine(null);
        var said = new Said();
        await engine.Client.Images.BuildImageFromDockerfileAsync(
            new ImageBuildParameters { Tags = [tag], Remove = true, ForceRemove = true, NetworkMode = "none" },
            Context(dockerfile, await CompileAsync(), extra), [], new Dictionary<string, string>(), said);
        return said.Error is null ? tag : throw new InvalidOperationException(said.Error);
    }

    private static MemoryStream Context(string dockerfile, byte[] probe, byte[]? extra)
    {
        const UnixFileMode Program = (UnixFileMode)0b111_101_101;
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            void Add(string path, byte[] bytes, UnixFileMode mode) =>
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(bytes), Mode = mode });

            // Times are left at the epoch's default, so that the engine's build cache knows the same content again.
            Add("Dockerfile", Encoding.UTF8.GetBytes(dockerfile), (UnixFileMode)0b110_100_100);
            Add("root/bin/busybox", File.ReadAllBytes("/usr/bin/busybox"), Program);
            Add("root/bin/probe", probe, Program);
            Add("root/not-executable", [], (UnixFileMode)0b110_100_100);
            Add("root/not-a-program", [0x7f, 1, 2, 3], Program);
            if (extra is not null)
                Add("extra/bytes", extra, Program);
            foreach (var command in Commands)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "root/bin/" + command) { LinkName = "busybox" });
        }

        stream.Position = 0;
        return stream;
    }

    private static async Task<byte[]> CompileAsync()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "probe.c");
        var program = Path.Combine(AppContext.BaseDirectory, "probe");
        if (!File.Exists(program))
        {
            using var compiler = Process.Start("gcc", ["-static", "-O1", "-s", "-o", program, source]);
            await compiler.WaitForExitAsync();
            if (compiler.ExitCode != 0)
                throw new InvalidOperationException("gcc -static could not compile probe.c.");
        }

        return await File.ReadAllBytesAsync(program);
    }

    private sealed class Said : IProgress<JSONMessage>
    {
        public string? Error { get; private set; }

        public void Report(JSONMessage value) => Error ??= value.ErrorMessage ?? value.Error?.Message;
    }
}
