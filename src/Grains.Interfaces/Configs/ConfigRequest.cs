namespace Abaco.Configs;

/// <summary>The parameters of POST and PUT on a config, all required.</summary>
/// <param name="ValueJson">JSON text of the value; in clear, so it is never logged: <see cref="ToString"/> leaves it out.</param>
/// <param name="IsSecret">Whether it is kept encrypted and never shown again.</param>
/// <param name="Actors">Ids or aliases with commas between them.</param>
[GenerateSerializer, Immutable, Alias("abaco.ConfigRequest")]
public sealed record ConfigRequest(
    [property: Id(0)] string ValueJson, [property: Id(1)] bool IsSecret, [property: Id(2)] string Actors)
{
    /// <inheritdoc/>
    public override string ToString() => $"{nameof(ConfigRequest)} {{ IsSecret = {IsSecret}, Actors = {Actors} }}";
}

/// <summary>A config as its readers see it.</summary>
/// <param name="Key">Tenant and name.</param>
/// <param name="Owner">Who created it.</param>
/// <param name="ValueJson">JSON text of the value; null for a secret.</param>
/// <param name="IsSecret">Whether it is kept encrypted.</param>
/// <param name="Actors">As given.</param>
[GenerateSerializer, Immutable, Alias("abaco.ConfigSnapshot")]
public sealed record ConfigSnapshot(
    [property: Id(0)] ConfigKey Key,
    [property: Id(1)] string Owner,
    [property: Id(2)] string? ValueJson,
    [property: Id(3)] bool IsSecret,
    [property: Id(4)] string Actors);
