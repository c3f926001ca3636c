using Abaco.Configs;
using Abaco.Events;
using Abaco.Store;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Abaco.Silo.Hosting;

/// <summary>Makes the process an Orleans silo with its store.</summary>
internal static class SiloHosting
{
    /// <summary>What the process may take to end after running containers had their grace.</summary>
    private static readonly TimeSpan AfterGrace = TimeSpan.FromSeconds(30);

    /// <summary>Opens the store (which knows the cluster's id) and configures the silo.</summary>
    public static async Task AddAbacoSiloAsync(this WebApplicationBuilder builder, DataDirectory data)
    {
        var settings = builder.Bind<SiloSettings>(SiloSettings.Section);
        var storeOptions = builder.Bind<StoreOptions>(StoreOptions.Section);
        builder.Bind<SecretsOptions>(SecretsOptions.Section);
        builder.Bind<WebhookOptions>(WebhookOptions.Section);
        var cluster = builder.Configuration["Abaco:Cluster:Provider"] ?? "local";
        if (cluster != "local")
            throw new OptionsValidationException("Abaco:Cluster", typeof(string), ["Abaco:Cluster:Provider: only 'local' is available in this version."]);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(data);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = settings.ShutdownGrace + AfterGrace);
        var store = AbacoStore.Open(data.Path, storeOptions, TimeProvider.System);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(settings.Port, settings.GatewayPort, serviceId: store.ClusterId, clusterId: store.ClusterId)
            .Configure<SiloOptions>(options => options.SiloName = settings.Name)
            .AddAbacoStore(store)
            .AddAbacoGrains());
    }

    /// <summary>Binds an options section, checks its annotations at start, and returns its values for use before the host is built.</summary>
    public static T Bind<T>(this WebApplicationBuilder builder, string section)
        where T : class, new()
    {
        builder.Services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
        return builder.Configuration.GetSection(section).Get<T>() ?? new T();
    }
}
