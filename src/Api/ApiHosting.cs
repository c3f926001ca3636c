using Abaco.Api.Access;
using Abaco.Api.Actors;
using Abaco.Api.Admin;
using Abaco.Api.Aliases;
using Abaco.Api.Auth;
using Abaco.Api.Configs;
using Abaco.Api.Executions;
using Abaco.Api.Health;
using Abaco.Api.Http;
using Abaco.Api.Messages;
using Abaco.Api.Search;
using Abaco.Api.Workers;

namespace Abaco.Api;

/// <summary>The REST front end: in a silo's process, or alone as an Orleans client.</summary>
public static class ApiHosting
{
    /// <summary>Adds what the routes need and the addresses to listen on (<c>Abaco:Web:Urls</c>).</summary>
    /// <param name="builder">The application.</param>
    public static void AddAbacoApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<WebOptions>().BindConfiguration(WebOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.AddAbacoAuth();
        services.AddSingleton<Targets>().AddSingleton<Waits>().AddHostedService(provider => provider.GetRequiredService<Waits>());
        services.AddHealthChecks().AddCheck<StoreCheck>("store", tags: ["ready"]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // Each route bounds its own body; see BodyReader.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.AddServerHeader = false;
        });
        builder.WebHost.UseUrls((builder.Configuration["Abaco:Web:Urls"] ?? new WebOptions().Urls).Split(';', StringSplitOptions.RemoveEmptyEntries));
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
    }

    /// <summary>Makes a front end alone a client of the cluster.</summary>
    /// <param name="builder">The application.</param>
    public static void AddOrleansClient(this WebApplicationBuilder builder)
    {
        var gateway = builder.Configuration.GetValue("Abaco:Silo:GatewayPort", 30000);
        var clusterId = builder.Configuration["Abaco:Cluster:Id"] ?? "dev";
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gateway, serviceId: clusterId, clusterId: clusterId));
    }

    /// <summary>Maps every route.</summary>
    /// <param name="app">The application.</param>
    public static void MapAbacoApi(this WebApplication app)
    {
        app.UseMiddleware<Errors>();
        app.UseMiddleware<Cors>();
        app.UseMiddleware<Paths>();
        app.UseStatusCodePages(Errors.DescribeAsync);
        app.UseRouting();
        app.UseAbacoAuth();
        var actors = app.MapGroup("/actors").WithMetadata(new NeedsCaller());
        actors.MapActors();
        actors.MapMessages();
        actors.MapExecutions();
        actors.MapLogs();
        actors.MapWorkers();
        actors.MapSearch();
        actors.MapAliases();
        actors.MapPermissions();
        actors.MapNonces();
        actors.MapAdmin();
        actors.MapConfigs();
        app.MapHealth();
    }
}
