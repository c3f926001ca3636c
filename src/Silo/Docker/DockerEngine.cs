using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Abaco.Silo.Workers;
using Docker.DotNet;

namespace Abaco.Silo.Docker;

/// <summary>The client of one Docker engine, and what its failures mean.</summary>
internal sealed class DockerEngine : IDisposable
{
    private const string UsualSocket = "unix:///var/run/docker.sock";

    public DockerEngine(string? address)
    {
        var named = string.IsNullOrEmpty(address) ? Environment.GetEnvironmentVariable("DOCKER_HOST") : address;
        Location = string.IsNullOrEmpty(named) ? UsualSocket : named;
        Client = new DockerClientConfiguration(new Uri(Location), defaultTimeout: Timeout.InfiniteTimeSpan).CreateClient();
    }

    /// <summary>The engine's address.</summary>
    public string Location { get; }

    /// <summary>The client.</summary>
    public DockerClient Client { get; }

    /// <summary>Path of the engine's socket, when it is a local one.</summary>
    public string? SocketPath => Location.StartsWith("unix://", StringComparison.Ordinal) ? Location["unix://".Length..] : null;

    /// <summary>Whether the engine keeps containers' cgroups itself, under names that we may choose.</summary>
    public bool OwnsCgroups { get; private set; }

    /// <summary>Asks the engine who it is.</summary>
    /// <exception cref="EngineUnavailableException">It does not answer.</exception>
    public async Task<EngineFacts> ReadFactsAsync(string networkMode, CancellationToken cancellationToken)
    {
        try
        {
            var info = await Client.System.GetSystemInfoAsync(cancellationToken);
            OwnsCgroups = info.CgroupDriver == "cgroupfs";
            return new EngineFacts(info.ID, Location, await GatewayAsync(networkMode, cancellationToken));
        }
        catch (Exception exception) when (IsAway(exception, cancellationToken))
        {
            throw new EngineUnavailableException($"The Docker engine at {Location} does not answer: {Words(exception)}", exception);
        }
    }

    /// <summary>When the engine was started: it makes its default bridge anew each time. Null when it has none.</summary>
    public async Task<DateTimeOffset?> StartTimeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var bridge = await Client.Networks.InspectNetworkAsync("bridge", cancellationToken);
            return new DateTimeOffset(DateTime.SpecifyKind(bridge.Created, DateTimeKind.Utc));
        }
        catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Whether a failure means that the engine was not reached or broke off, rather than that it refused.</summary>
    public static bool IsAway(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        DockerApiException api => api.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout,
        HttpRequestException or IOException or SocketException or TimeoutException or ObjectDisposedException => true,
        _ => false,
    };

    /// <summary>The engine's own words, without the wrapping of client and JSON.</summary>
    public static string Words(Exception exception)
    {
        if (exception is not DockerApiException { ResponseBody: { Length: > 0 } body })
            return exception.GetBaseException().Message;
        try
        {
            using var json = System.Text.Json.JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? body : body;
        }
        catch (System.Text.Json.JsonException)
        {
            return body.Trim();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    /// <summary>The default bridge may name no gateway; it is the address of the bridge's own interface, if that is on this machine.</summary>
    private static string? AddressOf(global::Docker.DotNet.Models.NetworkResponse network)
    {
        var name = network.Options?.TryGetValue("com.docker.network.bridge.name", out var named) is true ? named : "docker0";
        return NetworkInterface.GetAllNetworkInterfaces().Where(card => card.Name == name)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address).FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork)?.ToString();
    }

    private async Task<string?> GatewayAsync(string networkMode, CancellationToken cancellationToken)
    {
        if (networkMode is "none" or "host" || networkMode.StartsWith("container:", StringComparison.Ordinal))
            return null;
        try
        {
            var network = await Client.Networks.InspectNetworkAsync(networkMode is "default" ? "bridge" : networkMode, cancellationToken);
            if (network.Driver != "bridge")
                return null;
            return network.IPAM?.Config?.Select(config => config.Gateway).FirstOrDefault(gateway => gateway?.Length > 0) ?? AddressOf(network);
        }
        catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
