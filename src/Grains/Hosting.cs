using Abaco.Access;
using Abaco.Actors;
using Abaco.Configs;
using Abaco.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Abaco;

/// <summary>Registers what grains need besides the store.</summary>
internal static class GrainsHosting
{
    /// <summary>Adds the parts that actor grains work with.</summary>
    public static ISiloBuilder AddAbacoGrains(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<ActorParts>().AddSingleton<OwnedNonces>().AddSingleton<LinkSender>().AddSingleton<WebhookSender>()
            .AddSingleton<ActorConfigs>();
        return silo.AddStartupTask<SecretRenewal>();
    }
}
