using System.ComponentModel.DataAnnotations;

namespace Abaco.Api.Http;

/// <summary>The REST front end. Configuration section <c>Abaco:Web</c>.</summary>
internal sealed class WebOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Abaco:Web";

    /// <summary>Addresses to listen on, separated by semicolons. Default <c>http://127.0.0.1:8000</c>.</summary>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:8000";

    /// <summary>Base address under which clients and containers reach the service. Default: each request's own scheme and host.</summary>
    [Url]
    public string? PublicUrl { get; set; }

    /// <summary>The same for single tenants, by tenant.</summary>
    public Dictionary<string, string> PublicUrls { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Spelling of response keys: <c>camel</c> (default) or <c>snake</c>. Requests may use either.</summary>
    public NameCase Case { get; set; } = NameCase.Camel;

    /// <summary>Largest binary message in bytes. Default 500,000,000 and a little over (500 MiB), 1 KiB to 16 GiB.</summary>
    [Range(1_024, 17_179_869_184)]
    public long MaxContentLength { get; set; } = 500L * 1024 * 1024;

    /// <summary>Largest other body in bytes. Default 16 MiB, 1 KiB to 1 GiB.</summary>
    [Range(1_024, 1_073_741_824)]
    public int MaxBodyLength { get; set; } = 16 * 1024 * 1024;

    /// <summary>Most requests that wait for something at a time (synchronous, <c>wait</c>, <c>follow</c>); more get 503. Default 2,000, 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int MaxWaiting { get; set; } = 2_000;
}

/// <summary>How keys are spelled.</summary>
internal enum NameCase
{
    /// <summary><c>maxWorkers</c>.</summary>
    Camel,

    /// <summary><c>max_workers</c>.</summary>
    Snake,
}
