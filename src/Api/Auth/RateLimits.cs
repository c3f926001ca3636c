using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Threading.RateLimiting;
using Abaco.Api.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Auth;

/// <summary>How many requests each user may make. Configuration section <c>Abaco:Web:RateLimit</c>; off in mode <c>none</c>.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Abaco:Web:RateLimit";

    /// <summary>Requests per second of each user in the long run. Default 200, 0 (off) to 1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int PerSecond { get; set; } = 200;

    /// <summary>The same for users with the role <c>abaco-limited</c>. Default 20, 0 (off) to 1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int LimitedPerSecond { get; set; } = 20;

    /// <summary>Requests that a user may make at once after a pause. Default 200, 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 200;
}

/// <summary>A token bucket for each user of each tenant, by ASP.NET Core's limiter.</summary>
internal static class RateLimits
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Adds the limiter.</summary>
    public static void AddAbacoRateLimit(this IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>, IOptions<AuthOptions>>((limiter, limits, auth) =>
        {
            if (auth.Value.Has("none"))
                return;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (string, string, bool)>(context => Partition(context, limits.Value));
            limiter.OnRejected = RejectAsync;
        });
    }

    private static RateLimitPartition<(string, string, bool)> Partition(HttpContext context, RateLimitOptions limits)
    {
        if (Identity.Find(context) is not { } caller)
            return RateLimitPartition.GetNoLimiter(("", "", false));
        var limited = caller.Roles.Contains(ClaimantRules.Limited);
        var key = (caller.Tenant, caller.User, limited);
        var rate = limited ? limits.LimitedPerSecond : limits.PerSecond;
        return rate == 0
            ? RateLimitPartition.GetNoLimiter(key)
            : RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = Math.Max(limits.Burst, rate),
                TokensPerPeriod = rate,
                ReplenishmentPeriod = Period,
            });
    }

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, Math.Ceiling(after.TotalSeconds)) : 1;
        var context = rejected.HttpContext;
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        await Answers.ErrorAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests; try again later.");
    }
}
