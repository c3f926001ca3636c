using Abaco.Api.Http;
using Abaco.Catalog;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Abaco.Api.Health;

/// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: it can take work, else what is missing.</summary>
internal static class HealthApi
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz", (HttpContext context) => Answers.DoneAsync(context, "Alive."));
        app.MapGet("/readyz", ReadyAsync);
    }

    private static async Task ReadyAsync(HttpContext context, HealthCheckService health)
    {
        var report = await health.CheckHealthAsync(check => check.Tags.Contains("ready"), context.RequestAborted);
        var missing = report.Entries.Where(entry => entry.Value.Status != HealthStatus.Healthy)
            .Select(entry => $"{entry.Key}: {entry.Value.Description}").ToList();
        if (missing.Count == 0)
            await Answers.DoneAsync(context, "Ready.");
        else
            await Answers.ErrorAsync(context, 503, string.Join("; ", missing));
    }
}

/// <summary>Whether the cluster answers and its store takes a write.</summary>
internal sealed class StoreCheck(IGrainFactory grains) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            var missing = await grains.GetGrain<ICatalogGrain>(0).CheckReadyAsync();
            return missing is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(missing);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException or AbacoException)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
