using System.ComponentModel.DataAnnotations;

namespace Abaco.Api.Auth;

/// <summary>Who may call. Configuration section <c>Abaco:Auth</c>.</summary>
internal sealed class AuthOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Abaco:Auth";

    /// <summary><c>none</c> (default): development only, everybody is everybody.</summary>
    public string Mode { get; set; } = "none";

    /// <summary>Tenant of requests that name none, in mode <c>none</c>. Default <c>DEV</c>; letters, digits, dots and hyphens, at most 64.</summary>
    [RegularExpression("^[A-Za-z0-9.-]{1,64}$")]
    public string Tenant { get; set; } = "DEV";
}
