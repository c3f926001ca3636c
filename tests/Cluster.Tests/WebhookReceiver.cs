using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Abaco.Cluster.Tests;

/// <summary>A small web server that takes webhooks and answers as a test likes.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>What came, in order.</summary>
    public ConcurrentQueue<Posted> All { get; } = [];

    /// <summary>Answers a request; the status code. Default 200.</summary>
    public Func<Posted, Task<int>> Answer { get; set; } = _ => Task.FromResult(200);

    public string Url => $"{_app.Urls.Single()}/hook?x-nonce=secret";

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var posted = new Posted(
            await reader.ReadToEndAsync(), context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()));
        All.Enqueue(posted);
        context.Response.StatusCode = await Answer(posted);
        if (context.Response.StatusCode == StatusCodes.Status302Found)
            context.Response.Headers.Location = "/elsewhere";
    }

    /// <summary>One request.</summary>
    internal sealed record Posted(string Body, string Path, IReadOnlyDictionary<string, string> Headers)
    {
        public string? this[string field] => JsonDocument.Parse(Body).RootElement.GetProperty(field).ToString();
    }
}
