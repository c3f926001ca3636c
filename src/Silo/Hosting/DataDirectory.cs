namespace Abaco.Silo.Hosting;

/// <summary>
/// The folder of everything that this silo keeps on disk (setting <c>Abaco:DataDirectory</c>, default the user's data folder): SQLite files, sockets and
/// bodies of running executions, host numbers.
/// </summary>
/// <param name="Path">Absolute path.</param>
internal sealed record DataDirectory(string Path)
{
    /// <summary>Reads the setting and makes the folder.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <returns>The folder.</returns>
    public static DataDirectory Open(IConfiguration configuration)
    {
        var path = configuration["Abaco:DataDirectory"];
        if (string.IsNullOrWhiteSpace(path))
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            path = System.IO.Path.Combine(home.Length > 0 ? home : "/var/lib", "abaco");
        }

        path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(path);
        return new DataDirectory(path);
    }
}
