using System.Diagnostics;
using System.Text.RegularExpressions;
using Abaco.Silo.Docker;
using Docker.DotNet.Models;

namespace Abaco.Docker.Tests.Engine;

/// <summary>A registry of the tests' own on 127.0.0.1 (Debian's docker-registry), with or without a password.</summary>
internal sealed partial class Registry : IAsyncDisposable
{
    public const string User = "tester";
    public const string Password = "open:sesame";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("abaco-registry-").FullName;
    private readonly List<string> _tags = [];
    private readonly DockerEngine _engine = new(null);
    private readonly Process _process = new();

    private Registry()
    {
    }

    /// <summary>Its address, <c>127.0.0.1:port</c>.</summary>
    public string Address { get; private set; } = "";

    public static async Task<Registry> StartAsync(bool password = false)
    {
        var registry = new Registry();
        await registry.RunAsync(password);
        return registry;
    }

    /// <summary>Puts an image into it under a name, and takes the name from the engine; the reference to pull it by.</summary>
    public async Task<string> PushAsync(string image, string name, string tag = "latest")
    {
        var repository = $"{Address}/{name}";
        await _engine.Client.Images.TagImageAsync(image, new ImageTagParameters { RepositoryName = repository, Tag = tag });
        var said = new Said();
        var auth = new AuthConfig { Username = User, Password = Password, ServerAddress = Address };
        await _engine.Client.Images.PushImageAsync(repository, new ImagePushParameters { Tag = tag }, auth, said);
        Assert.Null(said.Error);
        await UntagAsync($"{repository}:{tag}");
        return $"{repository}:{tag}";
    }

    /// <summary>The name is to be taken from the engine at the end, too, if a test has pulled it.</summary>
    public string Owns(string reference)
    {
        _tags.Add(reference);
        return reference;
    }

    /// <summary>Takes a name from the engine; none is success.</summary>
    public async Task UntagAsync(string reference)
    {
        try
        {
            await _engine.Client.Images.DeleteImageAsync(reference, new ImageDeleteParameters { NoPrune = true });
        }
        catch (global::Docker.DotNet.DockerImageNotFoundException)
        {
        }
    }

    /// <summary>Ends the registry; its address answers no more.</summary>
    public async Task StopAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await StopAsync();
        foreach (var tag in _tags)
            await UntagAsync(tag);
        _process.Dispose();
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync(bool password)
    {
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var configuration = Path.Combine(_folder, "config.yml");
        await File.WriteAllTextAsync(configuration, Configuration(password));
        _process.StartInfo = new ProcessStartInfo("docker-registry", ["serve", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true };
        _process.ErrorDataReceived += (_, line) => Look(line.Data, listening);
        _process.OutputDataReceived += (_, line) => Look(line.Data, listening);
        _process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("docker-registry ended at once."));
        _process.EnableRaisingEvents = true;
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Address = await listening.Task.WaitAsync(Patience);
    }

    private string Configuration(bool password)
    {
        // bcrypt of the password above, cost 4.
        const string Hash = "$2b$04$hr0ZK6L1uDl.DAfkxmMOreSGOT2CjTl/Ho4evz39.pY9mN0MPVAM2";
        var users = Path.Combine(_folder, "users");
        File.WriteAllText(users, $"{User}:{Hash}\n");
        var auth = password ? $"auth:\n  htpasswd:\n    realm: tests\n    path: {users}\n" : "";
        return $"version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {_folder}/data\nhttp:\n  addr: 127.0.0.1:0\n{auth}";
    }

    private static void Look(string? line, TaskCompletionSource<string> listening)
    {
        if (line is not null && Listening().Match(line) is { Success: true } found)
            listening.TrySetResult(found.Groups[1].Value);
    }

    [GeneratedRegex(@"listening on (127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();

    private sealed class Said : IProgress<JSONMessage>
    {
        public string? Error { get; private set; }

        public void Report(JSONMessage value) => Error ??= value.ErrorMessage ?? value.Error?.Message;
    }
}
