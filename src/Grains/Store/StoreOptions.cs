using System.ComponentModel.DataAnnotations;

namespace Abaco.Store;

/// <summary>Where everything durable lies. Configuration section <c>Abaco:Store</c>.</summary>
public sealed class StoreOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Abaco:Store";

    /// <summary><c>sqlite</c> (default): files <c>abaco.db</c> and <c>grains.db</c> in the data directory, one process. <c>postgres</c> comes with the cluster.</summary>
    public string Provider { get; set; } = "sqlite";

    /// <summary>Connection string of the PostgreSQL database; unused by SQLite.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Bytes that may wait for their commit before writes are refused with 503. Default 64 MiB, 1 MiB to 4 GiB.</summary>
    [Range(1L << 20, 4L << 30)]
    public long QueueBytes { get; set; } = 64 * 1024 * 1024;
}
