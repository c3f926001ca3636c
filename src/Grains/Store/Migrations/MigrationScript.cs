using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Abaco.Store.Migrations;

/// <summary>One numbered SQL file of this program, <c>NNNN_name.sql</c>. A file that was released is never changed; a change is a new file.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Sql">Its text.</param>
/// <param name="Checksum">SHA-256 of the text with LF line ends, in hex.</param>
internal sealed record MigrationScript(int Number, string Name, string Sql, string Checksum)
{
    /// <summary>Reads the files of a folder under <c>Store/Migrations</c>, embedded in this assembly.</summary>
    /// <param name="folder">The folder's name.</param>
    /// <returns>In order of number.</returns>
    public static IReadOnlyList<MigrationScript> Load(string folder)
    {
        var prefix = $"Abaco.Store.Migrations.{folder}.";
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => Read(assembly, name, name[prefix.Length..]))
            .OrderBy(script => script.Number)];
    }

    private static MigrationScript Read(Assembly assembly, string resource, string file)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
        var number = int.Parse(file[..file.IndexOf('_', StringComparison.Ordinal)]);
        return new MigrationScript(number, file, sql, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
    }
}
