using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Abaco.Silo.Workers;

/// <summary>Whether this silo's worker host can take work; part of <c>/readyz</c>.</summary>
internal sealed class HostReadiness : IHealthCheck
{
    private volatile string? _missing = "the worker host is starting";

    /// <summary>Says what is missing; null: ready.</summary>
    public void Set(string? missing) => _missing = missing;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_missing is { } missing ? HealthCheckResult.Unhealthy(missing) : HealthCheckResult.Healthy());
}
