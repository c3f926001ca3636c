using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Abaco.Docker.Tests.Engine;
using Abaco.Silo.Workers;

namespace Abaco.Docker.Tests;

/// <summary>How images come to be present (container-contract.md and rest-api.md, Actors), with a registry of the tests' own.</summary>
public sealed partial class ImagePullerTests : DockerTest
{
    [Fact]
    public async Task EnsureImage_OnlyInRegistry_IsPulledAndRuns()
    {
        await using var registry = await Registry.StartAsync();
        var image = registry.Owns(await registry.PushAsync(await TestImages.SmallAsync(), "tools/small", "v1"));
        var heard = new Heard();

        var facts = await Runtime.EnsureImageAsync(image, pull: false, heard, CancellationToken.None);

        Assert.StartsWith("sha256:", facts.Id, StringComparison.Ordinal);
        Assert.StartsWith("Pulling image", heard.Lines[0], StringComparison.Ordinal);
        var (_, log) = await RunAsync(await OrderAsync("echo pulled") with { Image = image });
        Assert.Equal("pulled\n", log);
    }

    [Fact]
    public async Task EnsureImage_ManyAtOnce_OnePullAndAllHearHowFarItIs()
    {
        await using var registry = await Registry.StartAsync();
        await using var throttle = new Throttle(registry.Address);
        var built = await TestImages.UniqueAsync(bytes: 8_000_000);
        await registry.PushAsync(built, "large");
        await Docker.Images.DeleteImageAsync(built, new() { Force = true });
        var image = registry.Owns($"{throttle.Address}/large:latest");
        var heard = Enumerable.Range(0, 10).Select(_ => new Heard()).ToList();

        var pulls = heard.Select(each => Runtime.EnsureImageAsync(image, pull: false, each, CancellationToken.None)).ToList();
        await Task.WhenAll(heard.Select(each => each.Measured)).WaitAsync(TimeSpan.FromSeconds(60));
        throttle.Release();
        var facts = await Task.WhenAll(pulls);

        Assert.Single(facts.Distinct());
        Assert.Equal(1, throttle.Requests("/v2/large/manifests/latest "));
    }

    [Fact]
    public async Task EnsureImage_ByDigest_IsThatImage()
    {
        await using var registry = await Registry.StartAsync();
        var image = await registry.PushAsync(await TestImages.SmallAsync(), "digest");
        await Runtime.EnsureImageAsync(image, pull: false, new Heard(), CancellationToken.None);
        var digests = (await Docker.Images.InspectImageAsync(image)).RepoDigests;
        var byDigest = registry.Owns(digests.Single(digest => digest.StartsWith(registry.Address, StringComparison.Ordinal)));
        await registry.UntagAsync(image);

        var facts = await Runtime.EnsureImageAsync(byDigest, pull: false, new Heard(), CancellationToken.None);

        Assert.StartsWith("sha256:", facts.Id, StringComparison.Ordinal);
        Assert.Contains("@sha256:", byDigest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureImage_PrivateRegistry_CredentialsFromOptions()
    {
        await using var registry = await Registry.StartAsync(password: true);
        var image = registry.Owns(await registry.PushAsync(await TestImages.SmallAsync(), "private"));
        Options.Registries[registry.Address] = new WorkersOptions.RegistryOption { Username = Registry.User, Password = Registry.Password };

        var facts = await Runtime.EnsureImageAsync(image, pull: false, new Heard(), CancellationToken.None);

        Assert.StartsWith("sha256:", facts.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureImage_PrivateRegistry_CredentialsFromDockersConfigFile()
    {
        await using var registry = await Registry.StartAsync(password: true);
        var image = registry.Owns(await registry.PushAsync(await TestImages.SmallAsync(), "private"));
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Registry.User}:{Registry.Password}"));
        var folder = Folder("docker");
        var config = new { auths = new Dictionary<string, object> { [registry.Address] = new { auth } } };
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(config));
        Environment.SetEnvironmentVariable("DOCKER_CONFIG", folder);
        try
        {
            var facts = await Runtime.EnsureImageAsync(image, pull: false, new Heard(), CancellationToken.None);

            Assert.StartsWith("sha256:", facts.Id, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("DOCKER_CONFIG", null);
        }
    }

    [Theory]
    [InlineData(null, "no basic auth credentials")]
    [InlineData("wrong", "unauthorized")]
    public async Task EnsureImage_WrongCredentials_NeverInTheRegistrysWords(string? password, string words)
    {
        await using var registry = await Registry.StartAsync(password: true);
        var image = await registry.PushAsync(await TestImages.SmallAsync(), "private");
        if (password is not null)
            Options.Registries[registry.Address] = new WorkersOptions.RegistryOption { Username = Registry.User, Password = password };

        var refused = await RefusedAsync(image);

        Assert.True(refused.Permanent, refused.Message);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("known:v2")]
    [InlineData("unknown")]
    [InlineData("known@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task EnsureImage_RegistryDoesNotHaveIt_Never(string name)
    {
        await using var registry = await Registry.StartAsync();
        await registry.PushAsync(await TestImages.SmallAsync(), "known", "v1");

        var refused = await RefusedAsync($"{registry.Address}/{name}");

        Assert.True(refused.Permanent, refused.Message);
        Assert.Contains("manifest unknown", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureImage_InvalidReference_Never()
    {
        var refused = await RefusedAsync("127.0.0.1:1/UPPER/case");

        Assert.True(refused.Permanent, refused.Message);
        Assert.Contains("invalid reference format", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureImage_RegistryAway_NotNow()
    {
        var registry = await Registry.StartAsync();
        await registry.DisposeAsync();

        var refused = await RefusedAsync($"{registry.Address}/some/image");

        Assert.False(refused.Permanent, refused.Message);
        Assert.Contains("connection refused", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureImage_RegistryBroken_NotNow()
    {
        await using var registry = await BrokenRegistry.StartAsync();

        var refused = await RefusedAsync($"{registry.Address}/some/image");

        Assert.False(refused.Permanent, refused.Message);
        Assert.Contains("500", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EnsureImage_ForceWithRegistryAway_PresentImageServes()
    {
        await using var registry = await Registry.StartAsync();
        var image = registry.Owns(await registry.PushAsync(await TestImages.SmallAsync(), "forced"));
        var first = await Runtime.EnsureImageAsync(image, pull: false, new Heard(), CancellationToken.None);
        await registry.StopAsync();

        var again = await Runtime.EnsureImageAsync(image, pull: true, new Heard(), CancellationToken.None);

        Assert.Equal(first, again);
    }

    [Fact]
    public async Task EnsureImage_ForceAndRegistryHasNewer_IsTheNewer()
    {
        await using var registry = await Registry.StartAsync();
        var image = registry.Owns(await registry.PushAsync(await TestImages.SmallAsync(), "moving"));
        var first = await Runtime.EnsureImageAsync(image, pull: false, new Heard(), CancellationToken.None);
        await registry.UntagAsync(image);
        await registry.PushAsync(await TestImages.SmallAsync("user", "USER 123:456\n"), "moving");
        await Docker.Images.TagImageAsync(first.Id, new() { RepositoryName = $"{registry.Address}/moving", Tag = "latest" });

        var present = await Runtime.EnsureImageAsync(image, pull: false, new Heard(), CancellationToken.None);
        var forced = await Runtime.EnsureImageAsync(image, pull: true, new Heard(), CancellationToken.None);

        Assert.Equal(first, present);
        Assert.NotEqual(first, forced);
    }

    [Fact]
    public async Task EnsureImage_WithoutCommand_Never()
    {
        var refused = await RefusedAsync(await TestImages.WithoutCommandAsync());

        Assert.True(refused.Permanent);
        Assert.Contains("No command specified", refused.Message, StringComparison.Ordinal);
    }

    private Task<ImageUnavailableException> RefusedAsync(string image) =>
        Assert.ThrowsAsync<ImageUnavailableException>(() => Runtime.EnsureImageAsync(image, pull: false, new Heard(), CancellationToken.None));

    private sealed partial class Heard : IProgress<string>
    {
        private readonly TaskCompletionSource _measured = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Lines { get; } = [];

        /// <summary>A line said how much is there of how much.</summary>
        public Task Measured => _measured.Task;

        public void Report(string value)
        {
            Lines.Add(value);
            if (Megabytes().IsMatch(value))
                _measured.TrySetResult();
        }

        [GeneratedRegex(@"^Pulling image: \d+\.\d of \d+\.\d MB$")]
        private static partial Regex Megabytes();
    }
}
