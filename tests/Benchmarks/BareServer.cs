using System.Text.Json;

namespace Abaco.Benchmarks;

/// <summary>The denominator of admission: Kestrel, a POST that parses its JSON body and answers a little JSON, nothing else.</summary>
internal static class BareServer
{
    public static async Task<int> RunAsync(string url)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();
        app.MapGet("/healthz", () => "alive");
        app.MapPost("/messages", async context =>
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body);
            context.Response.ContentType = "application/json; charset=utf-8";
            await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
            json.WriteStartObject();
            json.WriteString("msg", document.RootElement.GetProperty("message").GetString());
            json.WriteEndObject();
        });
        await app.RunAsync();
        return 0;
    }
}
