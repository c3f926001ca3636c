using System.Text;
using System.Text.Json;
using Abaco.Silo.Workers;
using Docker.DotNet.Models;

namespace Abaco.Silo.Docker;

/// <summary>
/// Credentials for pulls: from <c>Abaco:Workers:Registries</c>, else from the docker config file (<c>DOCKER_CONFIG</c> or <c>~/.docker</c>, its <c>auths</c>;
/// credential helpers are not run). Never logged.
/// </summary>
internal sealed class RegistryCredentials(WorkersOptions options)
{
    private const string UsualRegistry = "docker.io";

    /// <summary>The registry that an image reference names.</summary>
    public static string RegistryOf(string image)
    {
        var slash = image.IndexOf('/');
        var first = slash < 0 ? "" : image[..slash];
        return first.Contains('.') || first.Contains(':') || first == "localhost" ? first : UsualRegistry;
    }

    /// <summary>What to show to the image's registry; empty when nothing is configured.</summary>
    public AuthConfig For(string image)
    {
        var registry = RegistryOf(image);
        if (options.Registries.TryGetValue(registry, out var known))
            return new AuthConfig { Username = known.Username, Password = known.Password, ServerAddress = registry };
        return FromFile(registry) ?? new AuthConfig();
    }

    private static AuthConfig? FromFile(string registry)
    {
        var folder = Environment.GetEnvironmentVariable("DOCKER_CONFIG")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
            return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            if (!json.RootElement.TryGetProperty("auths", out var auths))
                return null;
            foreach (var entry in auths.EnumerateObject())
            {
                var host = entry.Name.Replace("https://", "").Replace("http://", "").Split('/')[0];
                var matches = host == registry || (registry == UsualRegistry && host.EndsWith("." + UsualRegistry, StringComparison.Ordinal));
                if (!matches || !entry.Value.TryGetProperty("auth", out var auth) || auth.GetString() is not { Length: > 0 } coded)
                    continue;
                var pair = Encoding.UTF8.GetString(Convert.FromBase64String(coded)).Split(':', 2);
                return new AuthConfig { Username = pair[0], Password = pair.ElementAtOrDefault(1), ServerAddress = entry.Name };
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException or IOException or UnauthorizedAccessException)
        {
            // A broken config file is as good as none: the registry's own refusal tells the user.
        }

        return null;
    }
}
