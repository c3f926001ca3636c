using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Auth;

/// <summary>Registers the configured ways to say who calls, and puts them before the routes.</summary>
internal static class AuthHosting
{
    /// <summary>Adds options, credentials in the order in which they count, and the rate limit.</summary>
    public static void AddAbacoAuth(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Identity>();
        services.AddSingleton<IEnumerable<ICredential>>(provider => Credentials(provider, provider.GetRequiredService<IOptions<AuthOptions>>().Value));
        if (builder.Configuration.GetSection(AuthOptions.Section).Get<AuthOptions>() is { } auth && auth.Has("bearer"))
            AddBearer(services);
        services.AddAbacoRateLimit();
    }

    /// <summary>Who calls, then how much, then what a nonce costs; only for routes that need a caller.</summary>
    public static void UseAbacoAuth(this WebApplication app)
    {
        var identity = app.Services.GetRequiredService<Identity>();
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<NeedsCaller>() is not null)
                await identity.EstablishAsync(context);
            await next(context);
        });
        app.UseRateLimiter();
        app.Use(async (context, next) =>
        {
            await NonceCredential.RedeemAsync(context);
            await next(context);
        });
    }

    private static void AddBearer(IServiceCollection services)
    {
        services.AddAuthentication().AddJwtBearer(BearerToken.Scheme, _ => { });
        services.AddOptions<JwtBearerOptions>(BearerToken.Scheme)
            .Configure<IOptions<AuthOptions>>((jwt, auth) => BearerToken.Configure(jwt, auth.Value.Bearer));

        // It comes with authentication for the sake of cookies; here are none, so no key is to be kept in anybody's home.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
    }

    private static IEnumerable<ICredential> Credentials(IServiceProvider services, AuthOptions auth)
    {
        var nonce = ActivatorUtilities.CreateInstance<NonceCredential>(services);
        if (auth.Has("none"))
            return [nonce, ActivatorUtilities.CreateInstance<Anonymous>(services)];
        List<ICredential> credentials = [];
        if (auth.Has("jwt"))
            credentials.Add(ActivatorUtilities.CreateInstance<GatewayAssertion>(services));
        if (auth.Has("bearer"))
            credentials.Add(ActivatorUtilities.CreateInstance<BearerToken>(services));
        return [.. credentials, nonce];
    }
}
