using System.ComponentModel.DataAnnotations;
using Abaco.Executions;

namespace Abaco.Silo.Workers;

/// <summary>How containers run. Configuration section <c>Abaco:Workers</c>.</summary>
internal sealed class WorkersOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Abaco:Workers";

    /// <summary>Address of the Docker engine. Default: <c>DOCKER_HOST</c>, else the usual socket.</summary>
    public string? DockerHost { get; set; }

    /// <summary>Network mode of containers as the engine knows it (<c>bridge</c>, <c>none</c>, <c>host</c>, a network's name). Default: the engine's bridge.</summary>
    public string NetworkMode { get; set; } = "bridge";

    /// <summary>OCI runtime such as <c>crun</c>; null: the engine's default.</summary>
    public string? Runtime { get; set; }

    /// <summary><c>uid:gid</c> that containers run as unless <c>use_container_uid</c>; null: the image's own user.</summary>
    [RegularExpression(@"^\d+(:\d+)?$")]
    public string? User { get; set; }

    /// <summary>Memory limit for actors that set none, such as <c>512m</c>; <c>-1</c> (default) unlimited.</summary>
    public string MemLimit { get; set; } = "-1";

    /// <summary>CPU limit in nanocpus for actors that set none; -1 (default) unlimited.</summary>
    public long MaxCpus { get; set; } = -1;

    /// <summary>Most processes in one container. Default 4,096, 16 to 4,194,304.</summary>
    [Range(16, 4_194_304)]
    public long PidsLimit { get; set; } = 4096;

    /// <summary>Sets <c>no-new-privileges</c>. Default false, since images with setuid programs exist.</summary>
    public bool NoNewPrivileges { get; set; }

    /// <summary>Longest run for actors that set none. Default: none.</summary>
    public TimeSpan? MaxRunTime { get; set; }

    /// <summary>Time between SIGTERM and SIGKILL. Default 10 s, 0 to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan KillGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a stateless worker without messages stands. Default 60 s, 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a stateful worker without messages stands (<c>worker_ttl</c>). Default 24 h, 1 s to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan StatefulIdleTime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a host's counter may stand still before its executions are given to other attempts (architecture.md, Leases). Default 2 min, 30 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "01:00:00")]
    public TimeSpan HostGrace { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How objects are written into the environment: <c>python</c> (default, what existing images parse) or <c>json</c>.</summary>
    public ObjectEncoding ObjectEncoding { get; set; } = ObjectEncoding.Python;

    /// <summary>Longest log in characters; the rest is cut. Default 1,000,000, 1,000 to 10,000,000.</summary>
    [Range(1_000, 10_000_000)]
    public int MaxLogLength { get; set; } = 1_000_000;

    /// <summary>Mounts of every execution.</summary>
    public List<MountOption> Mounts { get; set; } = [];

    /// <summary>Credentials of private registries by their address; those of the docker config file serve too.</summary>
    public Dictionary<string, RegistryOption> Registries { get; set; } = [];

    /// <summary>A mount; <c>{tenant_id}</c>, <c>{username}</c> and <c>{tasdir}</c> are replaced.</summary>
    internal sealed class MountOption
    {
        /// <summary>Path on the engine's host.</summary>
        [Required]
        public string HostPath { get; set; } = "";

        /// <summary>Path in the container.</summary>
        [Required]
        public string ContainerPath { get; set; } = "";

        /// <summary><c>rw</c> (default) or <c>ro</c>.</summary>
        [RegularExpression("^(rw|ro)$")]
        public string Mode { get; set; } = "rw";
    }

    /// <summary>Credentials of one registry.</summary>
    internal sealed class RegistryOption
    {
        /// <summary>User name.</summary>
        public string Username { get; set; } = "";

        /// <summary>Password or token; never logged.</summary>
        public string Password { get; set; } = "";
    }
}
