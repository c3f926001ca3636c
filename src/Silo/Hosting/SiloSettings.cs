using System.ComponentModel.DataAnnotations;

namespace Abaco.Silo.Hosting;

/// <summary>This silo. Configuration section <c>Abaco:Silo</c>.</summary>
internal sealed class SiloSettings
{
    /// <summary>The section's name.</summary>
    public const string Section = "Abaco:Silo";

    /// <summary>The silo's name in logs and membership. Default: the machine's.</summary>
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>Port between silos; below 32768, outside the ephemeral range. Default 11111.</summary>
    [Range(1, 65_535)]
    public int Port { get; set; } = 11111;

    /// <summary>Port for Orleans clients. Default 30000.</summary>
    [Range(1, 65_535)]
    public int GatewayPort { get; set; } = 30000;

    /// <summary>The queues that actors may name. Default: <c>default</c> only.</summary>
    public List<string> Queues { get; set; } = [];

    /// <summary>How many workers of this host may run at a time. Default: 4 for each core, at least 8. 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int Slots { get; set; } = Math.Max(8, 4 * Environment.ProcessorCount);

    /// <summary>How long SIGTERM waits for running containers before they are left to be found again. Default 30 s, 0 to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The queues, never empty.</summary>
    public IReadOnlyList<string> ServedQueues => Queues.Count == 0 ? ["default"] : [.. Queues.Distinct()];
}
