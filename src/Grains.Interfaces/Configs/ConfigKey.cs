namespace Abaco.Configs;

/// <summary>Key of a config: <c>{tenant}_{name}</c>. A tenant holds no underscore and a name may, so keys are parsed from the left.</summary>
/// <param name="Tenant">The tenant that owns the config.</param>
/// <param name="Name">The config's name.</param>
[GenerateSerializer, Immutable, Alias("abaco.ConfigKey")]
public readonly record struct ConfigKey([property: Id(0)] string Tenant, [property: Id(1)] string Name)
{
    /// <summary>Reads a key written by <see cref="ToString"/>.</summary>
    /// <param name="key">The text <c>{tenant}_{name}</c>.</param>
    /// <returns>The key.</returns>
    /// <exception cref="FormatException">There is no underscore, or nothing before or after the first one.</exception>
    public static ConfigKey Parse(string key)
    {
        var cut = key.IndexOf('_');
        return cut > 0 && cut < key.Length - 1
            ? new ConfigKey(key[..cut], key[(cut + 1)..])
            : throw new FormatException($"'{key}' is not a config key of the form tenant_name.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}_{Name}";
}
