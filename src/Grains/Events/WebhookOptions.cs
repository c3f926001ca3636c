using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Abaco.Events;

/// <summary>Webhooks. Configuration section <c>Abaco:Webhooks</c>.</summary>
internal sealed class WebhookOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Abaco:Webhooks";

    /// <summary>How long a receiver may take to answer. Default 10 s, 1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Networks that no webhook may reach, such as <c>10.0.0.0/8</c>; checked on the address that a name resolves to, at each connection. Default:
    /// <see cref="UsualDenied"/>. A list replaces the default.
    /// </summary>
    public List<string> DenyNetworks { get; set; } = [];

    /// <summary>Link-local networks, where clouds keep the machine's credentials.</summary>
    public static IReadOnlyList<string> UsualDenied { get; } = ["169.254.0.0/16", "fe80::/10"];

    /// <summary>The networks in force.</summary>
    public IReadOnlyList<IPNetwork> Denied => [.. (DenyNetworks.Count == 0 ? UsualDenied : DenyNetworks).Select(network => IPNetwork.Parse(network))];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var network in DenyNetworks)
            if (!IPNetwork.TryParse(network, out _))
                yield return new ValidationResult($"Abaco:Webhooks:DenyNetworks: '{network}' is not a network such as 10.0.0.0/8.", [nameof(DenyNetworks)]);
    }
}
