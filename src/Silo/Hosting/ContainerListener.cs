using System.Net;
using Abaco.Silo.Docker;
using Abaco.Silo.Workers;

namespace Abaco.Silo.Hosting;

/// <summary>
/// Lets containers on a bridge call back when the API listens on loopback only: a second listener on the bridge's gateway address, same port.
/// </summary>
internal static class ContainerListener
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Adds the listener to the configured URLs; called before the front end reads them.</summary>
    public static async Task ListenForContainersAsync(this WebApplicationBuilder builder)
    {
        var urls = builder.Configuration["Abaco:Web:Urls"] ?? "http://127.0.0.1:8000";
        var parsed = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!parsed.All(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback))
            return;
        if (await GatewayAsync(builder.Configuration) is not { } gateway)
            return;
        var port = new Uri(parsed[0]).Port;
        builder.Configuration["Abaco:Web:Urls"] = $"{urls};http://{gateway}:{port}";
    }

    private static async Task<IPAddress?> GatewayAsync(IConfiguration configuration)
    {
        var options = configuration.GetSection(WorkersOptions.Section).Get<WorkersOptions>() ?? new WorkersOptions();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var engine = new DockerEngine(options.DockerHost);
            var facts = await engine.ReadFactsAsync(options.NetworkMode, patience.Token);
            return facts.Gateway is { } gateway && IPAddress.TryParse(gateway, out var address) ? address : null;
        }
        catch (Exception exception) when (exception is EngineUnavailableException or OperationCanceledException)
        {
            // The worker host will say so and go on trying; only call-backs over the bridge need a restart then.
            return null;
        }
    }
}
