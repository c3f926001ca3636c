using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Abaco.Docker.Tests.Engine;

/// <summary>A registry that answers every request with 500.</summary>
internal sealed class BrokenRegistry : IAsyncDisposable
{
    private readonly WebApplication _server;

    private BrokenRegistry(WebApplication server) => _server = server;

    /// <summary>Its address, <c>127.0.0.1:port</c>.</summary>
    public string Address => new Uri(_server.Urls.First()).Authority;

    public static async Task<BrokenRegistry> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(request =>
        {
            request.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        });
        await server.StartAsync();
        return new BrokenRegistry(server);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
